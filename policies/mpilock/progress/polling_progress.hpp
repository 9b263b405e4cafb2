#pragma once
/// @file
/// @brief Serves other ranks whenever this rank is inside the library.
/// @ingroup progress

#include <mpi.h>

#include <chrono>
#include <string_view>
#include <thread>

#include "mpilock/policy/serving.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock {

/// A rank that waits in any call of the library lets MPI make progress. It also serves the ranks
/// that need it, on every lock that it hosts. The lock that it waits for is not enough: the holder
/// of that lock may itself wait for another lock that this rank hosts.
///
/// If the transport needs the target's help, a root that computes for long without such a call
/// delays other ranks. Then call `progress()` from time to time, or use `threaded_progress`.
class polling_progress {
 public:
  static constexpr std::string_view name = "polling_progress";  ///< ranks compare it in `sync`
  /// The lowest thread level that MPI must provide; below it, `sync` throws `unavailable_error`.
  static constexpr int thread_level = MPI_THREAD_SINGLE;

  /// Local. From now on every waiting call of this process serves `source`, if it hosts anything.
  explicit polling_progress(progress_source& source)
      : polling_progress(source, serving::by::waiting_calls) {}

  /// Lets MPI make progress through this lock, unless the list served it, and yields the core.
  void idle() {
    if (!source_.hosts()) source_.advance();  // else it has been served with the others
    std::this_thread::yield();
  }

  /// A rank that sleeps in the kernel still wakes up to let MPI make progress. The rank that holds
  /// the lock may wait for this rank in an MPI operation of the user's.
  std::chrono::steady_clock::duration longest_nap() const noexcept {
    return std::chrono::milliseconds(4);
  }

 protected:
  // For policies that poll, and have more callers than those that wait.
  polling_progress(progress_source& source, serving::by whom)
      : source_(source), promise_(source, whom) {}

 private:
  progress_source& source_;
  serving promise_;
};

}  // namespace mpilock
