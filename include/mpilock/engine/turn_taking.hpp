#pragma once
/// @file
/// @brief Which rank may enter and which rank must act, read from one value of the lock word.

#include "mpilock/engine/lock_word.hpp"
#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// The engine's own rules around the answers of a fairness policy. The policy states preferences.
/// These rules keep writers exclusive, and make sure that one rank at a time gives out a turn.
template <fairness_policy Fairness>
struct turn_taking {
  /// How far rows are counted.
  static constexpr std::uint32_t longest_row = mpilock::longest_row<Fairness>();
  /// Whether waiters get a position in the order of arrival.
  static constexpr bool follows_arrival = mpilock::follows_arrival<Fairness>();
  /// Whether a turn belongs to the rank that got it, even if that rank is asleep. True if the
  /// policy looks back or follows the order of arrival. Then no newcomer may undo the decision that
  /// the policy made when it gave the turn.
  static constexpr bool hands_over = longest_row > 0 || follows_arrival;

  /// The kind whose turn it is, given that no writer is inside. An answer that can't be carried out
  /// now becomes `nobody`.
  static turn next(const lock_word& now) noexcept {
    const turn answer = Fairness::next(now.count());
    switch (answer) {
      case turn::one_writer:
        return now.readers == 0 && now.writers_waiting > 0 ? answer : turn::nobody;
      case turn::first_come:
        return now.readers == 0 && now.somebody_waits() ? answer : turn::nobody;
      default:
        return now.readers_waiting > 0 ? answer : turn::nobody;
    }
  }

  /// Whether the turn belongs to the waiters for `kind`, given that no writer is inside.
  static bool is_turn_of(access kind, const lock_word& now) noexcept {
    const turn whose = next(now);
    if (kind == access::write) return whose == turn::one_writer;
    return whose == turn::all_readers || whose == turn::one_reader;
  }

  /// Whether the rank whose addition produced `now` must give out the next turn. The door is open,
  /// a rank waits that may enter, and no other rank is bound to notice. Every rank that was in the
  /// way, or has been called, will make an addition of its own and ask the same question.
  static bool is_due(const lock_word& now) noexcept {
    return now.somebody_waits() && now.writers == 0 && now.called == 0 && next(now) != turn::nobody;
  }

  /// For the message engine: whether a newcomer that found the word as `before` is inside. Only
  /// readers pass waiters, and only while other readers are inside.
  static bool admits(access newcomer, const lock_word& before) noexcept {
    if (bars(newcomer, before)) return false;
    if (before.somebody_waits() && (newcomer == access::write || before.readers == 0)) return false;
    return Fairness::admits(newcomer, before.count());
  }

  /// For the one-sided engine: as `admits`, but a newcomer, which is awake, may also pass waiters,
  /// which are asleep. It may if the turn would belong to its kind with the newcomer counted as a
  /// waiter.
  static bool lets_pass(access newcomer, const lock_word& before) noexcept {
    if (bars(newcomer, before) || !Fairness::admits(newcomer, before.count())) return false;
    if (before.readers > 0 || !before.somebody_waits()) return true;
    return is_turn_of(newcomer, with(newcomer, before));
  }

  /// True if registering this rank as a waiter stops the other kind from overtaking it. Such a rank
  /// registers at once instead of spinning.
  static bool keeps_others_out(access kind, const lock_word& now) noexcept {
    const access other = kind == access::write ? access::read : access::write;
    return lets_pass(other, now) && !lets_pass(other, with(kind, now));
  }

 private:
  /// The word as it would be with one more waiter.
  static lock_word with(access kind, lock_word word) noexcept {
    ++(kind == access::write ? word.writers_waiting : word.readers_waiting);
    return word;
  }

  /// Writers are exclusive, whatever the policy says.
  static bool bars(access newcomer, const lock_word& before) noexcept {
    return before.writers > 0 || (newcomer == access::write && before.readers > 0);
  }
};

}  // namespace mpilock
