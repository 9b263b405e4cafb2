#pragma once
/// @file
/// @brief Do nothing for others while idle.
/// @ingroup progress

#include <mpi.h>

#include <chrono>
#include <string_view>
#include <thread>

#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock {

/// A rank that waits for this lock looks, yields its core and looks again. Others who need this rank
/// are served in the controller's collective calls and in `progress()`, and elsewhere only as far as
/// its own looks turn MPI's progress engine.
///
/// For MPIs whose one-sided operations complete without the target (network hardware, shared
/// memory, a progress thread of MPI's own), and to measure what the other policies cost.
class no_progress {
 public:
  static constexpr std::string_view name = "no_progress";  ///< what ranks compare in `sync`
  /// The least that MPI must provide; `sync` throws `unavailable_error` below it.
  static constexpr int thread_level = MPI_THREAD_SINGLE;

  /// Attends to nothing.
  explicit no_progress(progress_source&) noexcept {}

  /// Lets another process have the core, where ranks outnumber cores.
  void idle() { std::this_thread::yield(); }

  /// No limit: a rank asleep in the kernel sleeps until its turn or its deadline.
  std::chrono::steady_clock::duration longest_nap() const noexcept {
    return std::chrono::steady_clock::duration::max();
  }
};

}  // namespace mpilock
