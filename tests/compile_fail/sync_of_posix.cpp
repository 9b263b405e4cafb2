// expect: call of overloaded 'sync()' is ambiguous
#include <unistd.h>

#include "mpilock/mpilock.hpp"

using namespace mpilock;

// Without the second overload, this would call sync(2), which writes caches to disks.
void lock_nothing() { sync(); }
