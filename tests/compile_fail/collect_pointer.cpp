// expect: mpilock: this type can't be shared as it is: include <mpilock/boost_mpi.hpp> for
// Boost.Serialization, or specialise mpilock::codec
#include "archetypes.hpp"

const double* collect(archetypes::fence& fence) { return fence.collect<const double*>(); }
