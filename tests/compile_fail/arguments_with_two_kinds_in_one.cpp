// expect: mpilock: this argument is a policy of more than one kind; give a type for each kind, or
// all three to basic_window_controller
// shows: both
#include "mpilock/mpilock.hpp"

// Without the message, its answers about fairness would be ignored.
struct both : mpilock::two_sided, mpilock::fifo {
  static constexpr std::string_view name = "both";
};

auto make() { return mpilock::sync<both>(); }
