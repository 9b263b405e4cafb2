#pragma once
/// @file
/// @brief Ends a slice without a look at the clock in every passage.

#include <sys/time.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdint>

namespace lockbench {

/// A look at the clock costs more than the quickest passages. So a signal of the process's timer
/// sets a flag, and each passage looks only at the flag.
class slice_alarm {
 public:
  /// It rings after so many nanoseconds, or at once for 0 or less.
  static void set(std::int64_t ns) {
    rung_.store(false, std::memory_order_relaxed);
    struct sigaction action {};
    action.sa_handler = [](int) { rung_.store(true, std::memory_order_relaxed); };
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, nullptr);
    const std::int64_t us = std::max<std::int64_t>(ns / 1000, 1);
    itimerval timer{};
    timer.it_value.tv_sec = us / 1'000'000;
    timer.it_value.tv_usec = us % 1'000'000;
    setitimer(ITIMER_REAL, &timer, nullptr);
  }
  static bool has_rung() noexcept { return rung_.load(std::memory_order_relaxed); }

 private:
  static_assert(std::atomic<bool>::is_always_lock_free);  // for the signal handler
  static inline std::atomic<bool> rung_ = true;
};

}  // namespace lockbench
