#pragma once
/// @file
/// @brief Do nothing for others while idle.

#include <mpi.h>

#include <chrono>
#include <string_view>
#include <thread>

#include "mpilock/detail/hosted_sources.hpp"
#include "mpilock/progress_source.hpp"

namespace mpilock {

/// A rank that waits for this lock looks, yields its core and looks again. Others are served only
/// as far as its own waiting turns MPI's progress engine, inside the controller's collective calls,
/// and in `progress()`.
///
/// For MPIs whose one-sided operations complete without the target (network hardware, shared
/// memory, a progress thread of MPI's own), and to measure what the other policies cost.
class no_progress {
 public:
  static constexpr std::string_view name = "no_progress";
  static constexpr int thread_level = MPI_THREAD_SINGLE;

  explicit no_progress(progress_source&) noexcept {}

  /// Keeps the promises of `polling_progress` on other locks of this process.
  void idle() {
    detail::hosted_sources::of_this_process().advance_all();
    std::this_thread::yield();
  }

  std::chrono::steady_clock::duration longest_nap() const noexcept {
    return std::chrono::steady_clock::duration::max();
  }
};

}  // namespace mpilock
