#pragma once
/// @file
/// @brief Serve others from a background thread, whatever this rank does.
/// @ingroup progress

#include <mpi.h>

#include <chrono>
#include <string_view>
#include <thread>

#include "mpilock/policy/serving.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock {

/// One thread a process, shared by all its controllers, and only where this rank hosts something
/// that others can't reach without its help. Nobody waits for a root that computes.
///
/// Needs `MPI_Init_thread` with `MPI_THREAD_MULTIPLE`, which makes MPI itself a little slower. The
/// thread sleeps between its rounds, 1 ms, and up to 4 ms when nobody has asked for a while.
class threaded_progress {
 public:
  static constexpr std::string_view name = "threaded_progress";  ///< what ranks compare in `sync`
  /// The least that MPI must provide; `sync` throws `unavailable_error` below it.
  static constexpr int thread_level = MPI_THREAD_MULTIPLE;

  /// Local. Hands `source` to the thread, if it hosts anything; the first one starts the thread.
  explicit threaded_progress(progress_source& source)
      : source_(source), promise_(source, serving::by::thread_too) {}

  /// Whoever waits gives MPI a turn as well: it is quicker than the thread.
  void idle() {
    if (!source_.hosts()) source_.advance();  // else it has been served with the others
    std::this_thread::yield();
  }

  /// As in `polling_progress`: where this rank hosts nothing, no thread gives MPI its turn.
  std::chrono::steady_clock::duration longest_nap() const noexcept {
    return std::chrono::milliseconds(4);
  }

 private:
  progress_source& source_;
  serving promise_;  // by waiting calls also when MPI_Finalize has ended the thread
};

}  // namespace mpilock
