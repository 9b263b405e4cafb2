#pragma once
/// @file
/// @brief What a fairness policy must offer: a name and two pure decisions.

#include <concepts>

#include "mpilock/access.hpp"
#include "mpilock/census.hpp"
#include "mpilock/concepts/named_policy.hpp"
#include "mpilock/overtaking.hpp"
#include "mpilock/turn.hpp"

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

/// Preferences only: an engine keeps writers exclusive whatever a policy answers. A policy can
/// still starve somebody, and `is_live` rules out the worst of that at compile time.
/// @see docs/writing_a_policy.md
template <class P>
concept fairness_policy = named_policy<P> && decides_admission<P> && decides_turns<P>;

/// Whether `next` always names somebody who waits when the lock is free, so that it can't be left
/// idle with waiters outside. Evaluated over every small census, at compile time.
template <fairness_policy P>
consteval bool is_live() {
  for (std::uint32_t readers = 0; readers < 4; ++readers) {
    for (std::uint32_t writers = 0; writers < 4; ++writers) {
      if (readers + writers == 0) continue;
      const turn answer = P::next({0, readers, writers});
      if (answer == turn::nobody) return false;
      if (answer == turn::all_readers && readers == 0) return false;
      if (answer == turn::one_writer && writers == 0) return false;
    }
  }
  return true;
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
  if constexpr (fairness_policy<P>) {
    static_assert(is_live<P>(),
                  "mpilock: this fairness policy leaves the lock idle: with nobody inside, next() "
                  "must name a kind of which somebody waits");
  }
  return true;
}

}  // namespace mpilock
