// expect: mpilock: more than one of these policies is a backend
// shows: mpilock::two_sided, mpilock::shared_memory>
#include "mpilock/mpilock.hpp"

auto make() { return mpilock::sync<mpilock::two_sided, mpilock::shared_memory>(); }
