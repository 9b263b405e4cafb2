// expect: success
#include <unistd.h>

#include "mpilock/mpilock.hpp"

using namespace mpilock;

// POSIX's sync(2) is visible, and these are not ambiguous.
auto by_namespace() { return mpilock::sync(); }
auto by_policy() { return sync<fifo>(); }
auto by_argument() { return sync(MPI_COMM_WORLD); }
