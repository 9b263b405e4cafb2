// expect: mpilock: this type can't be shared as it is: include <mpilock/boost_mpi.hpp> for
// Boost.Serialization, or specialise mpilock::codec
#include <list>

#include "archetypes.hpp"

void share(archetypes::fence& fence) { fence.share(std::list<double>{}); }
