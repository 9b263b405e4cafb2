#pragma once
/// @file
/// @brief Sleep between two looks of a rank that waits.

#include <algorithm>
#include <chrono>
#include <thread>

#include "mpilock/deadline.hpp"

namespace mpilock {

/// Each nap is as long as the rank has waited already, up to a limit: a short wait is not made
/// longer than twice what it was, and a long one not by more than the limit.
class growing_nap {
 public:
  using duration = std::chrono::steady_clock::duration;

  /// @param longest 0 for none at all
  explicit growing_nap(duration longest) : longest_(longest) {
    if (longest > duration::zero()) begin_ = std::chrono::steady_clock::now();
  }

  /// Sleeps, or does nothing as long as it would be for less than a quarter of the limit: the kernel
  /// makes more of it.
  template <class Clock, class Idle>
  void take(basic_deadline<Clock> until, const Idle& idle) const {
    if (longest_ == duration::zero()) return;
    const duration nap = std::min(longest_, std::chrono::steady_clock::now() - begin_);
    if (nap < longest_ / 4) return;
    std::this_thread::sleep_for(until.left(std::min(nap, idle.longest_nap())));
  }

 private:
  duration longest_;
  std::chrono::steady_clock::time_point begin_;
};

}  // namespace mpilock
