// expect: mpilock: this type can't be shared as it is: include <mpilock/boost_mpi.hpp> for
// Boost.Serialization, or specialise mpilock::codec
//
// A choice by `shareable` must be the same in every translation unit. Without the header, the
// choice is refused. Otherwise it would take the text here, and the list where the header is
// included.
#include <list>
#include <string>

#include "archetypes.hpp"

void share(archetypes::fence& fence) {
  using list = std::list<double>;
  if constexpr (mpilock::shareable<list>)
    fence.share(list{});
  else
    fence.share(std::string("no list"));
}
