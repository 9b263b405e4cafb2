#pragma once
/// @file
/// @brief Do nothing for others while idle.

#include <mpi.h>

#include <chrono>
#include <string_view>
#include <thread>

#include "mpilock/progress_source.hpp"

namespace mpilock {

/// A rank that waits for this lock looks, yields its core and looks again. Others who need this rank
/// are served in the controller's collective calls and in `progress()`, and elsewhere only as far as
/// its own looks turn MPI's progress engine.
///
/// For MPIs whose one-sided operations complete without the target (network hardware, shared
/// memory, a progress thread of MPI's own), and to measure what the other policies cost.
class no_progress {
 public:
  static constexpr std::string_view name = "no_progress";
  static constexpr int thread_level = MPI_THREAD_SINGLE;

  explicit no_progress(progress_source&) noexcept {}

  void idle() { std::this_thread::yield(); }

  std::chrono::steady_clock::duration longest_nap() const noexcept {
    return std::chrono::steady_clock::duration::max();
  }
};

}  // namespace mpilock
