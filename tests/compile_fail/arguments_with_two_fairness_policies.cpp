// expect: mpilock: more than one of these policies is a fairness policy
// shows: mpilock::fifo, mpilock::phase_fair>
#include "mpilock/mpilock.hpp"

auto make() { return mpilock::sync<mpilock::fifo, mpilock::phase_fair>(); }
