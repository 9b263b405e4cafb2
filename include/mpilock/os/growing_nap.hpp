#pragma once
/// @file
/// @brief Sleep between two looks of a waiting rank.

#include <algorithm>
#include <chrono>
#include <thread>

#include "mpilock/os/core_set.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// Leaves the core to other processes between two looks. The kernel adds the time to wake up, some
/// 50 us, to each nap. So a rank that has a core to itself takes none at first: a hand-over is
/// near.
class growing_nap {
 public:
  /// How the naps of a rank grow while it waits.
  struct limits {
    /// At first a nap is as long as the rank has already waited, but no longer than this. So the
    /// wait at most doubles.
    std::chrono::nanoseconds brief{0};
    /// After 6.4 ms a nap is a 64th of the wait, but no longer than this. So even a queue of such
    /// ranks is hardly delayed. 0 means no naps at all.
    std::chrono::nanoseconds longest{0};
  };

  explicit growing_nap(limits within) : limits_(within) {
    if (limits_.longest > shortest) begin_ = std::chrono::steady_clock::now();
  }

  /// Sleeps, or does nothing if the sleep would be too short to be useful.
  template <class Clock, class Idle>
  void take(basic_deadline<Clock> until, Idle& idle) const {
    if (limits_.longest <= shortest) return;
    const std::chrono::nanoseconds waited = std::chrono::steady_clock::now() - begin_;
    const bool is_long = waited / 64 >= 4 * shortest;
    const auto nap =
        is_long ? std::min(waited / 64, limits_.longest) : std::min(waited, limits_.brief);
    if (nap < shortest || (waited < awake_for && has_core_to_itself())) return;
    std::this_thread::sleep_for(
        until.left(std::min<std::chrono::steady_clock::duration>(nap, idle.longest_nap())));
  }

 private:
  /// A yield that returns at once has found no other process that wants this core. If there is one,
  /// the yield has let it run, and for some time this rank takes the core for a shared one.
  static bool has_core_to_itself() {
    using clock = std::chrono::steady_clock;
    static const bool has_quota =
        detail::cores_by_quota() < detail::core_set::of_this_thread().count();
    if (has_quota) return false;  // a spin uses it up
    thread_local clock::time_point shared_until{};
    const auto begin = clock::now();
    if (begin < shared_until) return false;
    std::this_thread::yield();
    const auto end = clock::now();
    if (end - begin < at_once) return true;
    shared_until = end + keeps_in_mind_for;
    return false;
  }

  static constexpr std::chrono::microseconds shortest{25};  // half of what the kernel adds
  static constexpr std::chrono::milliseconds awake_for{2};  // 2 % of a wait of 100 ms
  static constexpr std::chrono::microseconds at_once{5};    // less than any other process runs for
  /// With more ranks than cores most ranks nap, so that most yields find nobody. A longer time
  /// costs a rank with a core of its own too much after each daemon that runs for a moment.
  static constexpr std::chrono::milliseconds keeps_in_mind_for{10};

  limits limits_;
  std::chrono::steady_clock::time_point begin_;
};

}  // namespace mpilock
