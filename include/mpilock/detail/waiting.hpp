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

  std::chrono::steady_clock::duration longest_nap() const {
    const std::chrono::steady_clock::duration wanted = policy_.longest_nap();
    if (!polled_sources::of_this_process().any()) return wanted;
    return std::min<std::chrono::steady_clock::duration>(wanted, std::chrono::milliseconds(1));
  }

 private:
  ProgressPolicy& policy_;
};

}  // namespace mpilock::detail
