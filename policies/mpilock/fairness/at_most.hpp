#pragma once
/// @file
/// @brief Another policy's preference, with a bound: after so many grants in a row, the other kind
/// enters.
/// @ingroup fairness

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mpilock/fairness/writer_preferring.hpp"
#include "mpilock/policy/census.hpp"
#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/policy/overtaking.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

// tested as: at_most<2>
// proved as: at_most<2>, at_most<1, reader_preferring>

/// Follows `Preference` until one kind has had its `N` in a row and the other kind waits:
///
///  - `N` writers have been inside since a reader was, and readers wait. Then all these readers
///    enter at once.
///  - `N` readers have been inside since a writer was, and writers wait. Then one of these writers
///    enters.
///
/// Turns are handed over, so with more ranks than cores the lock may be idle until the next rank
/// has a core.
///
/// Source: the bound of queue locks on overtaking, as in the cohort locks of Dice, Marathe and
/// Shavit, PPoPP 2012. They put it on their own preference; here it is put on another policy.
template <std::uint32_t N = 8, fairness_policy Preference = writer_preferring>
struct at_most {
  static_assert(N > 0, "mpilock: at_most<0, …> would let nobody in; give how many may go in a row");

 private:
  static constexpr auto letters = [] {
    std::array<char, 32 + Preference::name.size()> text{};
    std::size_t length = 0;
    const auto append = [&](std::string_view part) {
      for (const char each : part) text[length++] = each;
    };
    append("at_most<");
    std::uint32_t unit = 1;
    while (N / unit >= 10) unit *= 10;
    for (; unit > 0; unit /= 10) text[length++] = static_cast<char>('0' + N / unit % 10);
    append(", "), append(Preference::name), append(">");
    return text;
  }();

  /// A promise of `Preference` to readers does not hold any more once a writer is let in for its
  /// turn.
  static constexpr unsigned writers_past_reader = [] {
    if constexpr (promises_bounds<Preference>)
      if (overtaking(Preference::bounds).writers_past_reader != overtaking::unbounded)
        return overtaking::unbounded;
    return unsigned{N};
  }();

 public:
  static constexpr std::string_view name = letters.data();  ///< ranks compare it in `sync`

  /// The bounds that the checker verifies. `N` writers may pass a waiting reader, unless
  /// `Preference` promises a bound of its own; then there is none. `N` readers may pass a waiting
  /// writer for each writer that enters before it. The order among writers is free, so there is no
  /// bound for readers.
  static constexpr overtaking bounds{.readers_past_writer = overtaking::unbounded,
                                     .writers_past_reader = writers_past_reader};

  /// As far as this policy or `Preference` looks back, whichever looks back further.
  static constexpr std::uint32_t most_in_a_row = std::max(N, longest_row<Preference>());

  /// Follows `Preference`, unless the newcomer's kind has had its `N` and the other kind waits.
  static constexpr bool admits(access newcomer, const census& now) noexcept {
    const bool has_had_enough = newcomer == access::write
                                    ? now.readers_waiting > 0 && now.writers_in_a_row >= N
                                    : now.writers_waiting > 0 && now.readers_in_a_row >= N;
    return !has_had_enough && Preference::admits(newcomer, now);
  }

  /// Follows `Preference`, unless the kind that it names has had its `N` and the other kind waits.
  static constexpr turn next(const census& now) noexcept {
    const turn preferred = Preference::next(now);
    if (now.readers_waiting == 0 || now.writers_waiting == 0) return preferred;
    if (preferred == turn::one_writer && now.writers_in_a_row >= N) return turn::all_readers;
    if (preferred != turn::all_readers) return preferred;
    if (now.readers_in_a_row >= N) return now.readers_inside == 0 ? turn::one_writer : turn::nobody;
    return now.readers_in_a_row + now.readers_waiting > N ? turn::one_reader : turn::all_readers;
  }
};

}  // namespace mpilock
