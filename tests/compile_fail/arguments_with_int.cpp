// expect: mpilock: this argument is no policy
// shows: policy_argument<int
#include "mpilock/mpilock.hpp"

auto make() { return mpilock::sync<mpilock::fifo, int>(); }
