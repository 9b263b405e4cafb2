// expect: mpilock: more than one of these policies is a progress policy
// shows: mpilock::no_progress, mpilock::threaded_progress>
#include "mpilock/mpilock.hpp"

auto make() { return mpilock::sync<mpilock::no_progress, mpilock::threaded_progress>(); }
