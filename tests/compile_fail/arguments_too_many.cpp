// expect: mpilock: more than one of these policies is a backend
// shows: mpilock::rma_window, mpilock::fifo, mpilock::no_progress, mpilock::two_sided>
#include "mpilock/mpilock.hpp"

auto make() {
  return mpilock::sync<mpilock::rma_window, mpilock::fifo, mpilock::no_progress,
                       mpilock::two_sided>();
}
