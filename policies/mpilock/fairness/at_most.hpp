#pragma once
/// @file
/// @brief Another policy's preference, but the other side is let in after so many grants in a row.
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

/// What `Preference` says, until `N` writers have been inside since a reader was and readers wait: then
/// those go in, all at once; or until `N` readers have been inside since a writer was and writers
/// wait: then one of those goes in.
///
/// Turns are handed over: under load the lock lies idle while the next rank wakes up. With
/// `big_reader_memory`, readers that nobody has disturbed aren't counted.
///
/// Source: the bound on passing over that queue locks such as the cohort locks of Dice, Marathe and
/// Shavit, PPoPP 2012, put on their preference, here put on another policy.
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

  /// What `Preference` promises to readers does not survive that a writer is let in for its turn.
  static constexpr unsigned writers_past_reader = [] {
    if constexpr (promises_bounds<Preference>)
      if (overtaking(Preference::bounds).writers_past_reader != overtaking::unbounded)
        return overtaking::unbounded;
    return unsigned{N};
  }();

 public:
  static constexpr std::string_view name = letters.data();  ///< what ranks compare in `sync`

  /// What the checker holds it to: `N` writers past a reader that waits, where `Preference` promises
  /// nothing. A writer that waits is passed by `N` readers for each writer that goes in before it, and
  /// order among writers is free: no bound.
  static constexpr overtaking bounds{.readers_past_writer = overtaking::unbounded,
                                     .writers_past_reader = writers_past_reader};

  /// As far as it, or `Preference`, looks back.
  static constexpr std::uint32_t most_in_a_row = std::max(N, longest_row<Preference>());

  /// What `Preference` says, unless the newcomer's side has had its `N` and the other side waits.
  static constexpr bool admits(access newcomer, const census& now) noexcept {
    const bool has_had_enough = newcomer == access::write
                                    ? now.readers_waiting > 0 && now.writers_in_a_row >= N
                                    : now.writers_waiting > 0 && now.readers_in_a_row >= N;
    return !has_had_enough && Preference::admits(newcomer, now);
  }

  /// What `Preference` says, unless the side that it names has had its `N` and the other side waits.
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
