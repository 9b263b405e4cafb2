#pragma once
/// @file
/// @brief How a rank idles between two looks, in every call that waits.

#include <algorithm>
#include <chrono>
#include <thread>

#include "mpilock/mpi/process_registry.hpp"
#include "mpilock/mpi/stall_alarm.hpp"

namespace mpilock::detail {

/// Idles where no progress policy exists, because the lock doesn't exist yet or exists no longer.
struct standing_by {
  void idle() noexcept {
    process_registry::of_this_process().serve();
    std::this_thread::yield();
  }

  /// No sleep: the other ranks can't continue without this rank.
  std::chrono::steady_clock::duration longest_nap() const noexcept { return {}; }
};

/// Wraps a progress policy. It also keeps the promises of other locks of this process, and measures
/// how long the wait takes.
template <class ProgressPolicy>
class waiting {
 public:
  using clock = std::chrono::steady_clock;
  using duration = clock::duration;

  explicit waiting(ProgressPolicy& policy, stall_alarm* alarm = nullptr) noexcept
      : policy_(policy), alarm_(alarm) {}

  void idle() {
    if (!has_begun()) since_ = clock::now();
    process_registry::of_this_process().serve();
    policy_.idle();
    if (alarm_ != nullptr) alarm_->look(so_far());
  }

  /// As long as the policy allows, with two limits. If other ranks need this rank, the limit is 1
  /// ms. Otherwise it is a quarter of the wait so far, but at least 1 ms. So MPI makes progress
  /// late only if the wait is long.
  duration longest_nap() {
    constexpr duration brief = std::chrono::milliseconds(1);
    if (process_registry::of_this_process().serves_any())
      return std::min<duration>(policy_.longest_nap(), brief);
    const duration waited = so_far();
    const duration nap = std::min<duration>(policy_.longest_nap(), std::max(brief, waited / 4));
    return alarm_ == nullptr ? nap : std::min(nap, alarm_->left(waited));
  }

  bool has_begun() const noexcept { return since_ != clock::time_point{}; }
  /// The time since the first look in vain.
  duration so_far() {
    const auto now = clock::now();
    if (!has_begun()) since_ = now;
    return now - since_;
  }

 private:
  ProgressPolicy& policy_;
  stall_alarm* alarm_;
  clock::time_point since_{};
};

}  // namespace mpilock::detail
