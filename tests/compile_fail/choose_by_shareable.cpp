// expect: mpilock: this type can't be shared as it is: include <mpilock/boost_mpi.hpp> for
// Boost.Serialization, or specialise mpilock::codec
//
// A choice by `shareable` is the same in every translation unit. So without the header it is
// refused; if it fell on the text here, it would fall on the map where the header is included.
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
