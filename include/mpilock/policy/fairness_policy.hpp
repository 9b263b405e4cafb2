#pragma once
/// @file
/// @brief What a fairness policy must offer: a name and two pure decisions.
/// @ingroup policy

#include <algorithm>
#include <concepts>
#include <cstdint>

#include "mpilock/policy/census.hpp"
#include "mpilock/policy/named_policy.hpp"
#include "mpilock/policy/overtaking.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/policy/word_room.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// Decides whether a newcomer walks straight in. Asked only while no writer is inside and, for a
/// writer, only while nobody is inside; by the message engine only while nobody waits either, unless
/// readers are inside. Where nobody is inside, a yes lets a newcomer pass those who wait only if
/// `next`, with the newcomer counted among them, names its kind.
template <class P>
concept decides_admission = requires(access newcomer, const census& now) {
  { P::admits(newcomer, now) } -> std::same_as<bool>;
  requires noexcept(P::admits(newcomer, now));
};

/// Decides who goes in next. Asked only while no writer is inside.
template <class P>
concept decides_turns = requires(const census& now) {
  { P::next(now) } -> std::same_as<turn>;
  requires noexcept(P::next(now));
};

/// Optional: promises bounds, and is held to them by the checker.
template <class P>
concept promises_bounds = requires {
  { P::bounds } -> std::convertible_to<overtaking>;
};

/// Optional: wants to know how many of a kind have been inside in a row, up to `most_in_a_row`.
template <class P>
concept counts_rows = requires {
  { P::most_in_a_row } -> std::convertible_to<std::uint32_t>;
  requires P::most_in_a_row >
  0;
};

/// Preferences only: an engine keeps writers exclusive whatever a policy answers. A policy can
/// still starve somebody, and `is_live` rules out the worst of that at compile time.
/// @see docs/writing_a_policy.md
template <class P>
concept fairness_policy = named_policy<P> && decides_admission<P> && decides_turns<P>;

/// How far rows are counted for it; 0: not at all.
template <class P>
consteval std::uint32_t longest_row() {
  if constexpr (counts_rows<P>)
    return P::most_in_a_row;
  else
    return 0;
}

/// Explains at compile time that rows can't be counted as far as a policy looks back. The compiler
/// shows both numbers: `wanted`, and `largest`, with which a one-sided lock still has room for as
/// many ranks as a small cluster has.
template <std::uint64_t wanted, std::uint64_t largest = detail::word_room::max_row(62)>
consteval bool require_row() {
  static_assert(wanted <= largest,
                "mpilock: this fairness policy looks back further than a lock word has room for; "
                "give at_most, or most_in_a_row, no more than `largest` in this message");
  return true;
}

/// Whether `holds(answer, census)` for the answers of `next` to every small census.
template <fairness_policy P, class Condition>
consteval bool every_turn(Condition holds) {
  const std::uint32_t row = longest_row<P>();
  const std::uint32_t rows[] = {0, std::min<std::uint32_t>(1, row), row > 0 ? row - 1 : 0, row};
  for (std::uint32_t inside = 0; inside < 3; ++inside)
    for (std::uint32_t readers = 0; readers < 4; ++readers)
      for (std::uint32_t writers = 0; writers < 4; ++writers)
        for (const std::uint32_t reads : rows)
          for (const std::uint32_t writes : rows) {
            const census now{inside, readers, writers, reads, writes};
            if (!holds(P::next(now), now)) return false;
          }
  return true;
}

/// Whether `next` always names somebody who waits when the lock is free, so that it can't be left
/// idle with waiters outside. Evaluated over every small census, at compile time.
template <fairness_policy P>
consteval bool is_live() {
  return every_turn<P>([](turn answer, const census& now) {
    if (now.readers_inside > 0 || now.readers_waiting + now.writers_waiting == 0) return true;
    if (answer == turn::all_readers || answer == turn::one_reader) return now.readers_waiting > 0;
    if (answer == turn::one_writer) return now.writers_waiting > 0;
    return answer == turn::first_come;
  });
}

/// Whether it ever asks for the order of arrival. Evaluated like `is_live`.
template <fairness_policy P>
consteval bool follows_arrival() {
  return !every_turn<P>([](turn answer, const census&) { return answer != turn::first_come; });
}

/// Explains at compile time what a type lacks to be a fairness policy.
template <class P>
consteval bool require_fairness_policy() {
  static_assert(named_policy<P>,
                "mpilock: this fairness policy lacks `static constexpr std::string_view name`");
  static_assert(decides_admission<P>,
                "mpilock: this fairness policy lacks `static constexpr bool admits(mpilock::access "
                "newcomer, const mpilock::census& now) noexcept`");
  static_assert(decides_turns<P>,
                "mpilock: this fairness policy lacks `static constexpr mpilock::turn next(const "
                "mpilock::census& now) noexcept`");
  if constexpr (counts_rows<P>) require_row<static_cast<std::uint64_t>(P::most_in_a_row)>();
  if constexpr (fairness_policy<P>) {
    static_assert(is_live<P>(),
                  "mpilock: this fairness policy leaves the lock idle: with nobody inside, next() "
                  "must name a kind of which somebody waits");
  }
  return true;
}

}  // namespace mpilock
