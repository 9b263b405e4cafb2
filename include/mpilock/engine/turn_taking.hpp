#pragma once
/// @file
/// @brief Who may enter and who must act, read off one value of the lock word.

#include "mpilock/engine/lock_word.hpp"
#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// The engine's own rules around a fairness policy's answers. The policy states preferences; these
/// rules keep writers alone and see to it that one rank at a time gives out a turn.
template <fairness_policy Fairness>
struct turn_taking {
  /// How far rows are counted.
  static constexpr std::uint32_t longest_row = mpilock::longest_row<Fairness>();
  /// Whether those who wait are numbered.
  static constexpr bool follows_arrival = mpilock::follows_arrival<Fairness>();
  /// Whether a turn is the rank's to whom it was given, awake or not. So where the policy looks back
  /// or goes by arrival: what it said when it gave the turn must not be undone by a newcomer.
  static constexpr bool hands_over = longest_row > 0 || follows_arrival;

  /// Whose turn it is, given that no writer is inside. An answer that can't be carried out now is
  /// taken as `nobody`.
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

  /// Whether the turn is of those who wait for `kind`, no writer being inside.
  static bool is_turn_of(access kind, const lock_word& now) noexcept {
    const turn whose = next(now);
    if (kind == access::write) return whose == turn::one_writer;
    return whose == turn::all_readers || whose == turn::one_reader;
  }

  /// Whether the rank whose addition produced `now` must see to the next turn. The door is open,
  /// somebody waits who may enter, and no other rank is bound to notice: everyone who stood in the
  /// way, or has been called, will make an addition of its own and ask the same question.
  static bool is_due(const lock_word& now) noexcept {
    return now.somebody_waits() && now.writers == 0 && now.called == 0 && next(now) != turn::nobody;
  }

  /// For the message engine: whether a newcomer that found the word as `before` is inside. Past those
  /// who wait go readers alone, while others of them are inside.
  static bool admits(access newcomer, const lock_word& before) noexcept {
    if (bars(newcomer, before)) return false;
    if (before.somebody_waits() && (newcomer == access::write || before.readers == 0)) return false;
    return Fairness::admits(newcomer, before.count());
  }

  /// For the one-sided engine: the same, but a newcomer, awake, may also pass those who wait, asleep:
  /// if, counted among them, it would be the turn of its kind.
  static bool lets_pass(access newcomer, const lock_word& before) noexcept {
    if (bars(newcomer, before) || !Fairness::admits(newcomer, before.count())) return false;
    if (before.readers > 0 || !before.somebody_waits()) return true;
    return is_turn_of(newcomer, with(newcomer, before));
  }

  /// Whether ranks of the other kind may pass as long as it isn't counted among those who wait, and
  /// no longer then: so who looks on, uncounted, is overtaken by whoever comes.
  static bool keeps_others_out(access kind, const lock_word& now) noexcept {
    const access other = kind == access::write ? access::read : access::write;
    return lets_pass(other, now) && !lets_pass(other, with(kind, now));
  }

 private:
  /// The word as it were if one more waited.
  static lock_word with(access kind, lock_word word) noexcept {
    ++(kind == access::write ? word.writers_waiting : word.readers_waiting);
    return word;
  }

  /// Writers are alone, whatever the policy says.
  static bool bars(access newcomer, const lock_word& before) noexcept {
    return before.writers > 0 || (newcomer == access::write && before.readers > 0);
  }
};

}  // namespace mpilock
