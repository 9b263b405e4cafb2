#pragma once
/// @file
/// @brief How many ranks, and how long a row, fit into the 64 bits of a lock word.
/// @ingroup policy

#include <bit>
#include <cstdint>

namespace mpilock::detail {

/// How many bits each count takes. `lock_word` says where each count lies and what it counts.
struct word_room {
  /// The most ranks that may be called at a time.
  static constexpr std::uint64_t most_called = 7;

  static constexpr unsigned bias = 1;  // bit

  /// The width of a count of ranks. Such a count may reach one more than the number of ranks.
  static constexpr unsigned width_for(int ranks) noexcept {
    return static_cast<unsigned>(std::bit_width(static_cast<unsigned>(ranks) + 1));
  }

  /// The number of bits below the count of write sections.
  static constexpr unsigned sections_begin_at(int ranks, std::uint32_t longest_row) noexcept {
    const unsigned counts = 4 * width_for(ranks);
    if (longest_row == 0) return counts + static_cast<unsigned>(std::bit_width(most_called)) + bias;
    const std::uint64_t most = std::uint64_t{longest_row} + static_cast<unsigned>(ranks) - 1;
    return counts + static_cast<unsigned>(std::bit_width(longest_row) + std::bit_width(most)) +
           bias;
  }

  /// The largest number of ranks that fits: 4,094 where no rows are counted, 0 if the row is too
  /// long for any rank. More ranks would leave fewer than 12 bits to count write sections.
  static constexpr int max_ranks(std::uint32_t longest_row) noexcept {
    constexpr unsigned least_left = 12;
    int most = 4094;
    while (most > 0 && sections_begin_at(most, longest_row) + least_left > 64)
      most = most / 2 - 1;  // a little less
    return most;
  }

  /// The longest row that leaves room for this number of ranks.
  static constexpr std::uint32_t max_row(int ranks) noexcept {
    std::uint32_t row = 0;
    for (auto bit = std::uint32_t{1} << 31; bit > 0; bit >>= 1)
      if (max_ranks(row | bit) >= ranks) row |= bit;
    return row;
  }
};

}  // namespace mpilock::detail
