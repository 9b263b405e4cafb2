#pragma once
/// @file
/// @brief What a fairness policy must offer: a name and two pure functions that decide.
/// @ingroup policy

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mpilock/policy/census.hpp"
#include "mpilock/policy/named_policy.hpp"
#include "mpilock/policy/overtaking.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/policy/word_room.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// Decides whether a newcomer enters at once. An engine asks only while no writer is inside and,
/// for a writer, only while no rank is inside. The message engine asks only if, in addition, no
/// rank waits or readers are inside.
///
/// If no rank is inside, a yes is not enough to pass the waiters. The newcomer passes them only if
/// `next` names its kind when the newcomer is counted as a waiter.
template <class P>
concept decides_admission = requires(access newcomer, const census& now) {
  { P::admits(newcomer, now) } -> std::same_as<bool>;
  requires noexcept(P::admits(newcomer, now));
};

/// Decides which ranks enter next. An engine asks only while no writer is inside.
template <class P>
concept decides_turns = requires(const census& now) {
  { P::next(now) } -> std::same_as<turn>;
  requires noexcept(P::next(now));
};

/// Can be asked by the compiler, which checks its answers.
template <class P>
concept answers_at_compile_time = requires {
  typename std::bool_constant<(static_cast<void>(P::next(census{})), true)>;
};

/// Optional: promises `bounds`, and is held to them by the checker. Without them it promises
/// nothing.
template <class P>
concept promises_bounds = requires {
  { P::bounds } -> std::convertible_to<overtaking>;
};

/// Optional: wants to know how many of a kind have been inside in a row, up to `most_in_a_row`. For
/// a policy without that, rows are not counted, and its answers must not depend on them.
template <class P>
concept counts_rows = requires {
  { P::most_in_a_row } -> std::convertible_to<std::uint32_t>;
  requires P::most_in_a_row >
  0;
};

/// States preferences only: an engine keeps writers exclusive, whatever a policy answers. A policy
/// can still starve a rank. `is_live` excludes the worst case of that at compile time.
/// @see docs/writing_a_policy.md
template <class P>
concept fairness_policy = named_policy<P> && decides_admission<P> && decides_turns<P>;

/// How far rows are counted for this policy; 0 means that they are not counted.
template <class P>
consteval std::uint32_t longest_row() {
  if constexpr (counts_rows<P>)
    return P::most_in_a_row;
  else
    return 0;
}

/// Reports at compile time that rows can't be counted as far as a policy looks back. The compiler
/// shows both numbers. With `largest`, a one-sided lock still has room for the ranks of a small
/// cluster.
template <std::uint64_t wanted, std::uint64_t largest = detail::word_room::max_row(62)>
consteval bool require_row() {
  static_assert(wanted <= largest,
                "mpilock: this fairness policy looks back further than a lock word has room for; "
                "give at_most, or most_in_a_row, no more than `largest` in this message");
  return true;
}

/// How many ranks of a kind the compiler counts when it asks a policy. A compiler has little
/// patience.
struct census_range {
  std::uint32_t most_inside = 2;   ///< readers inside
  std::uint32_t most_waiting = 3;  ///< readers that wait; writers that wait
};

/// Whether `holds(answer, census)` is true of the answers of `next` to every census of that range.
template <fairness_policy P, class Condition>
consteval bool every_turn(census_range range, Condition holds) {
  const std::uint32_t row = longest_row<P>();
  const std::uint32_t rows[] = {0, std::min<std::uint32_t>(1, row), row > 0 ? row - 1 : 0, row};
  for (std::uint32_t inside = 0; inside <= range.most_inside; ++inside)
    for (std::uint32_t readers = 0; readers <= range.most_waiting; ++readers)
      for (std::uint32_t writers = 0; writers <= range.most_waiting; ++writers)
        for (const std::uint32_t reads : std::span(rows).first(row > 0 ? 4 : 1))
          for (const std::uint32_t writes : std::span(rows).first(row > 0 ? 4 : 1)) {
            const census now{inside, readers, writers, reads, writes};
            if (!holds(P::next(now), now)) return false;
          }
  return true;
}

/// Whether this answer lets a waiting rank in, asked with no rank inside.
constexpr bool names_a_waiter(turn answer, const census& now) {
  if (answer == turn::all_readers || answer == turn::one_reader) return now.readers_waiting > 0;
  if (answer == turn::one_writer) return now.writers_waiting > 0;
  return answer == turn::first_come;
}

/// Whether `next` always names a kind that has a waiter when no rank is inside. Then the lock is
/// never idle while ranks wait. Evaluated at compile time, for up to eight waiting ranks of a kind.
/// The conformance kit asks about more.
template <fairness_policy P>
consteval bool is_live() {
  return every_turn<P>({.most_inside = 0, .most_waiting = 8}, [](turn answer, const census& now) {
    return now.readers_waiting + now.writers_waiting == 0 || names_a_waiter(answer, now);
  });
}

/// Whether `answer` depends on the rows of a census. Some rows, short and long, are tried.
template <class Answer>
constexpr bool depends_on_rows(census now, Answer answer) {
  const auto before = answer(now);
  for (const std::uint32_t length : {1U, 2U, 3U, 4U, 8U, 16U, ~0U}) {
    now.readers_in_a_row = length, now.writers_in_a_row = 0;
    if (answer(now) != before) return true;
    now.readers_in_a_row = 0, now.writers_in_a_row = length;
    if (answer(now) != before) return true;
  }
  return false;
}

/// Whether an answer of a policy that counts no rows depends on them. Every small census is tried,
/// with up to three waiting ranks of a kind. An `admits` that is not `constexpr` can't be asked.
template <fairness_policy P>
consteval bool looks_at_rows() {
  return !every_turn<P>({}, [](turn, const census& now) {
    if (depends_on_rows(now, [](const census& asked) { return P::next(asked); })) return false;
    if constexpr (requires {
                    typename std::bool_constant<(P::admits(access::read, census{}), true)>;
                  })
      for (const access kind : {access::read, access::write})
        if (depends_on_rows(now, [&](const census& asked) { return P::admits(kind, asked); }))
          return false;
    return true;
  });
}

/// Whether it ever asks for the order of arrival. Evaluated like `is_live`.
template <fairness_policy P>
consteval bool follows_arrival() {
  return !every_turn<P>({.most_inside = 0, .most_waiting = 8},
                        [](turn answer, const census&) { return answer != turn::first_come; });
}

/// Reports at compile time which member a type lacks to be a fairness policy.
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
  static_assert(
      counts_rows<P> || !requires { P::most_in_a_row; },
      "mpilock: this fairness policy's `most_in_a_row` must be a constant above 0");
  static_assert(
      promises_bounds<P> || !requires { P::bounds; },
      "mpilock: this fairness policy's `bounds` must be a `mpilock::overtaking`");
  if constexpr (counts_rows<P>) require_row<static_cast<std::uint64_t>(P::most_in_a_row)>();
  if constexpr (fairness_policy<P>)
    static_assert(
        answers_at_compile_time<P>,
        "mpilock: this fairness policy's `next` must be `constexpr`, so that the compiler "
        "can check its answers");
  if constexpr (fairness_policy<P> && answers_at_compile_time<P>) {
    static_assert(is_live<P>(),
                  "mpilock: this fairness policy leaves the lock idle: with no rank inside, next() "
                  "must name a kind that has a waiter");
    static_assert(
        counts_rows<P> || !looks_at_rows<P>(),
        "mpilock: this fairness policy looks at rows, which are counted only for a policy "
        "with `static constexpr std::uint32_t most_in_a_row`");
  }
  return true;
}

}  // namespace mpilock
