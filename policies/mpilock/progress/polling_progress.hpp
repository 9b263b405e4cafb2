#pragma once
/// @file
/// @brief Serve others whenever this rank is inside the library.
/// @ingroup progress

#include <mpi.h>

#include <chrono>
#include <string_view>
#include <thread>

#include "mpilock/policy/serving.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock {

/// A rank that waits, in any call of the library, gives MPI a turn and serves those who wait for
/// it, on every lock that it hosts and not only on the one that it waits for: whoever holds that
/// one may itself be waiting for another lock that this rank hosts. The default.
///
/// A root that computes for long without such a call keeps the others waiting where the transport
/// needs the target's help; `progress()` now and then, or `threaded_progress`, cures that.
class polling_progress {
 public:
  static constexpr std::string_view name = "polling_progress";  ///< what ranks compare in `sync`
  /// The least that MPI must provide; `sync` throws `unavailable_error` below it.
  static constexpr int thread_level = MPI_THREAD_SINGLE;

  /// Local. From now on every waiting call of this process serves `source`, if it hosts anything.
  explicit polling_progress(progress_source& source) : source_(source), promise_(source) {}

  /// Gives MPI a turn through this lock, unless it was served with the list, and yields the core.
  void idle() {
    if (!source_.hosts()) source_.advance();  // else it has been served with the others
    std::this_thread::yield();
  }

  /// A rank asleep in the kernel still wakes up to give MPI its turn: the one that holds the lock
  /// may be waiting for this rank in an operation of the user's.
  std::chrono::steady_clock::duration longest_nap() const noexcept {
    return std::chrono::milliseconds(4);
  }

 private:
  progress_source& source_;
  serving promise_;
};

}  // namespace mpilock
