// One of the shared libraries of the test. Only its symbol `this_guest` is visible.

#include "guest.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "mpilock/mpilock.hpp"

namespace {

using mpilock::detail::process_registry;

template <class Progress>
using controller =
    mpilock::basic_window_controller<mpilock::two_sided, mpilock::writer_preferring, Progress>;

/// A controller, whatever its progress policy.
struct opened {
  std::function<bool()> write;
  std::function<void()> barrier;
  std::shared_ptr<void> kept;
};

std::vector<opened>& all() {
  static auto& only = *new std::vector<opened>;  // MPI_Finalize closes the controllers left in it
  return only;
}

template <class Progress>
void open_one(MPI_Comm comm) {
  auto made = std::make_shared<controller<Progress>>(comm);
  const auto write = [ctrl = made.get()] {
    const std::unique_lock lock(*ctrl, std::chrono::seconds(10));
    return lock.owns_lock();
  };
  all().push_back({write, [ctrl = made.get()] { ctrl->barrier(); }, made});
}

void open(MPI_Comm comm, bool with_thread) {
  if (with_thread)
    open_one<mpilock::threaded_progress>(comm);
  else
    open_one<mpilock::polling_progress>(comm);
}

}  // namespace

extern "C" [[gnu::visibility("default")]] const shared_libraries::guest this_guest{
    .open = &open,
    .write = [] { return all().back().write(); },
    .barrier = [] { all().back().barrier(); },
    .close = [] { all().pop_back(); },
    .next_key = [] { return process_registry::of_this_process().next_key(); },
    .registry = [] { return static_cast<const void*>(&process_registry::of_this_process()); },
};
