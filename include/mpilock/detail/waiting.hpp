#pragma once
/// @file
/// @brief What a rank does between two looks, in every call that waits.

#include <algorithm>
#include <chrono>
#include <thread>

#include "mpilock/polled_sources.hpp"

namespace mpilock::detail {

/// Where there is no progress policy, since the lock doesn't exist yet or no longer.
struct standing_by {
  void idle() {
    polled_sources::of_this_process().advance_all();
    std::this_thread::yield();
  }

  /// None: the others can't go on without this rank.
  std::chrono::steady_clock::duration longest_nap() const noexcept { return {}; }
};

/// Around a progress policy: keeps what other locks of this process have promised.
template <class ProgressPolicy>
class waiting {
 public:
  explicit waiting(ProgressPolicy& policy) noexcept : policy_(policy) {}

  void idle() {
    polled_sources::of_this_process().advance_all();
    policy_.idle();
  }

  /// As long as the policy allows, but 1 ms where others need this rank, and a quarter of the wait so
  /// far, from 1 ms on: MPI's turn comes late only where the wait is long.
  std::chrono::steady_clock::duration longest_nap() {
    constexpr duration brief = std::chrono::milliseconds(1);
    if (polled_sources::of_this_process().any())
      return std::min<duration>(policy_.longest_nap(), brief);
    const auto now = clock::now();
    if (since_ == clock::time_point{}) since_ = now;
    return std::min<duration>(policy_.longest_nap(), std::max<duration>(brief, (now - since_) / 4));
  }

 private:
  using clock = std::chrono::steady_clock;
  using duration = clock::duration;

  ProgressPolicy& policy_;
  clock::time_point since_{};  // of the first nap
};

}  // namespace mpilock::detail
