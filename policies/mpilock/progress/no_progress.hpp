#pragma once
/// @file
/// @brief Does nothing for other ranks while idle.
/// @ingroup progress

#include <mpi.h>

#include <chrono>
#include <string_view>
#include <thread>

#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock {

/// A rank that waits for this lock looks, yields its core and looks again. It serves other ranks in
/// the controller's collective calls and in `progress()`. Elsewhere it serves them only as far as
/// its own looks turn MPI's progress engine.
///
/// Use it with an MPI whose one-sided operations complete without the target: by network hardware,
/// shared memory, or a progress thread of MPI's own. Use it also to measure the cost of the other
/// policies.
class no_progress {
 public:
  static constexpr std::string_view name = "no_progress";  ///< ranks compare it in `sync`
  /// The lowest thread level that MPI must provide; below it, `sync` throws `unavailable_error`.
  static constexpr int thread_level = MPI_THREAD_SINGLE;

  /// Serves nothing.
  explicit no_progress(progress_source&) noexcept {}

  /// Yields the core to another process, which matters if there are more ranks than cores.
  void idle() { std::this_thread::yield(); }

  /// No limit: a rank that sleeps in the kernel sleeps until its turn or its deadline.
  std::chrono::steady_clock::duration longest_nap() const noexcept {
    return std::chrono::steady_clock::duration::max();
  }
};

}  // namespace mpilock
