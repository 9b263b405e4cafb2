#pragma once
/// @file
/// @brief How many ranks, and how long a row, the 64 bits of a lock word have room for.

#include <bit>
#include <cstdint>

namespace mpilock::detail {

/// How many bits each count takes; `lock_word` says which is where and what it counts.
struct word_room {
  /// Ranks that may be called at a time.
  static constexpr std::uint64_t most_called = 7;

  /// Of a count of ranks: it goes up to one more than there are.
  static constexpr unsigned width_for(int ranks) noexcept {
    return static_cast<unsigned>(std::bit_width(static_cast<unsigned>(ranks) + 1));
  }

  /// How many bits are taken before sections are counted.
  static constexpr unsigned sections_begin_at(int ranks, std::uint32_t longest_row) noexcept {
    const unsigned counts = 4 * width_for(ranks);
    if (longest_row == 0) return counts + static_cast<unsigned>(std::bit_width(most_called));
    const std::uint64_t most = std::uint64_t{longest_row} + static_cast<unsigned>(ranks);
    return counts + static_cast<unsigned>(std::bit_width(longest_row) + std::bit_width(most));
  }

  /// Ranks that fit, 0 if the row is too long for any: with more, fewer than 13 bits would be left
  /// to count write sections. 4,094 where no rows are counted.
  static constexpr int max_ranks(std::uint32_t longest_row) noexcept {
    constexpr unsigned least_left = 13;
    int most = 4094;
    while (most > 0 && sections_begin_at(most, longest_row) + least_left > 64)
      most = most / 2 - 1;  // a bit less
    return most;
  }

  /// The longest row that leaves room for so many ranks.
  static constexpr std::uint32_t max_row(int ranks) noexcept {
    std::uint32_t row = 0;
    for (auto bit = std::uint32_t{1} << 31; bit > 0; bit >>= 1)
      if (max_ranks(row | bit) >= ranks) row |= bit;
    return row;
  }
};

}  // namespace mpilock::detail
