#pragma once
/// @file
/// @brief What a rank does between two looks, in every call that waits.

#include <algorithm>
#include <chrono>
#include <exception>
#include <thread>
#include <utility>

#include "mpilock/mpi/process_registry.hpp"
#include "mpilock/mpi/stall_alarm.hpp"

namespace mpilock::detail {

/// Where there is no progress policy, since the lock doesn't exist yet or no longer.
struct standing_by {
  void idle() noexcept {
    process_registry::of_this_process().serve();
    std::this_thread::yield();
  }

  /// None: the others can't go on without this rank.
  std::chrono::steady_clock::duration longest_nap() const noexcept { return {}; }
};

/// For a call that a rank can't leave half-way, because the others count on it and MPI has the
/// addresses of its buffers: what `idle` throws meanwhile is kept until the call is complete, and lost
/// if the call itself throws.
template <class Idle>
class uninterrupted {
 public:
  explicit uninterrupted(Idle& idle) noexcept : idle_(idle) {}

  void idle() noexcept {
    try {
      idle_.idle();
    } catch (...) {
      if (!kept_) kept_ = std::current_exception();
      std::this_thread::yield();
    }
  }

  /// @throws what was kept first, if anything was
  void rethrow() {
    if (kept_) std::rethrow_exception(std::exchange(kept_, nullptr));
  }

 private:
  Idle& idle_;
  std::exception_ptr kept_;
};

/// Around a progress policy: keeps what other locks of this process have promised, and knows how long
/// it takes.
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

  /// As long as the policy allows, but 1 ms where others need this rank, and a quarter of the wait so
  /// far, from 1 ms on: MPI's turn comes late only where the wait is long.
  duration longest_nap() {
    constexpr duration brief = std::chrono::milliseconds(1);
    if (process_registry::of_this_process().serves_any())
      return std::min<duration>(policy_.longest_nap(), brief);
    const duration waited = so_far();
    const duration nap = std::min<duration>(policy_.longest_nap(), std::max(brief, waited / 4));
    return alarm_ == nullptr ? nap : std::min(nap, alarm_->left(waited));
  }

  bool has_begun() const noexcept { return since_ != clock::time_point{}; }
  /// Since the first look in vain.
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
