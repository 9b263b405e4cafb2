#pragma once
/// @file
/// @brief The clocks of the measurements.

#include <ctime>

#include <cstdint>

namespace lockbench {

inline std::int64_t nanoseconds_of(clockid_t clock) noexcept {
  timespec now{};
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// It is the same on all ranks of a node.
inline std::int64_t now_ns() noexcept { return nanoseconds_of(CLOCK_MONOTONIC); }

/// The processor time of this process so far.
inline std::int64_t cpu_ns() noexcept { return nanoseconds_of(CLOCK_PROCESS_CPUTIME_ID); }

/// Computes for this time.
inline void compute_for(std::int64_t ns) noexcept {
  for (const std::int64_t end = now_ns() + ns; now_ns() < end;) continue;
}

}  // namespace lockbench
