#pragma once
/// @file
/// @brief The lengths of waits: a histogram with 16 steps for each power of two.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace lockbench {

/// Plain data, so that ranks can add theirs up.
struct wait_histogram {
  static constexpr std::size_t per_doubling = 16;
  static constexpr std::size_t steps = 61 * per_doubling;

  std::array<std::int64_t, steps> counts{};
  std::int64_t longest = 0;

  /// @param weight the number of waits that this one represents
  void add(std::int64_t ns, std::int64_t weight) {
    ns = std::max<std::int64_t>(ns, 0);
    counts[step_of(static_cast<std::uint64_t>(ns))] += weight;
    longest = std::max(longest, ns);
  }

  void add(const wait_histogram& other) {
    for (std::size_t i = 0; i < steps; ++i) counts[i] += other.counts[i];
    longest = std::max(longest, other.longest);
  }

  std::int64_t count() const {
    std::int64_t all = 0;
    for (const std::int64_t each : counts) all += each;
    return all;
  }

  /// At most 1 - `share` of the waits were longer, to a sixteenth.
  std::int64_t quantile(double share) const {
    const auto all = static_cast<double>(count());
    std::int64_t up_to_here = 0;
    for (std::size_t i = 0; i < steps; ++i) {
      up_to_here += counts[i];
      if (up_to_here > 0 && static_cast<double>(up_to_here) >= share * all)
        return std::min(upper_end(i), longest);
    }
    return longest;
  }

  /// The longest wait that belongs to a step.
  static std::int64_t upper_end(std::size_t step) {
    if (step < per_doubling) return static_cast<std::int64_t>(step);
    const std::uint64_t first_beyond = (per_doubling + step % per_doubling + 1)
                                       << (step / per_doubling - 1);
    return static_cast<std::int64_t>(first_beyond - 1);
  }

 private:
  static std::size_t step_of(std::uint64_t ns) {
    if (ns < per_doubling) return ns;
    const auto doublings = static_cast<std::size_t>(std::bit_width(ns)) - 5;
    return (doublings + 1) * per_doubling + (ns >> doublings) % per_doubling;
  }
};

}  // namespace lockbench
