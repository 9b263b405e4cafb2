// expect: mpilock: this type can't be shared as it is: include <mpilock/boost_mpi.hpp> for
// Boost.Serialization, or specialise mpilock::codec
//
// A choice by `shareable` must be the same in every translation unit. Without the header, the
// choice is refused. Otherwise it would take the text here, and the map where the header is
// included.
#include <map>
#include <string>

#include "archetypes.hpp"

void share(archetypes::fence& fence) {
  using map = std::map<std::string, double>;
  if constexpr (mpilock::shareable<map>)
    fence.share(map{});
  else
    fence.share(std::string("no map"));
}
