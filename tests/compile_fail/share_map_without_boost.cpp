// expect: mpilock: this type can't be shared as it is: include <mpilock/boost_mpi.hpp> for
// Boost.Serialization, or specialise mpilock::codec
#include <map>
#include <string>

#include "archetypes.hpp"

void share(archetypes::fence& fence) { fence.share(std::map<std::string, double>{}); }
