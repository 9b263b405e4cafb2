#pragma once
/// @file
/// @brief Who may enter and who must act, read off one value of the lock word.

#include "mpilock/access.hpp"
#include "mpilock/concepts/fairness_policy.hpp"
#include "mpilock/engine/lock_word.hpp"
#include "mpilock/turn.hpp"

namespace mpilock {

/// The engine's own rules around a fairness policy's answers. The policy states preferences; these
/// rules keep writers alone and see to it that one rank at a time gives out a turn.
template <fairness_policy Fairness>
struct turn_taking {
  /// Whose turn it is, given that no writer is inside.
  static turn next(const lock_word& now) noexcept {
    const turn answer = Fairness::next(now.count());
    if (answer == turn::one_writer && (now.readers > 0 || now.writers_waiting == 0))
      return turn::nobody;
    if (answer == turn::all_readers && now.readers_waiting == 0) return turn::nobody;
    return answer;
  }

  /// Whether the turn is of those who wait for `kind`, no writer being inside.
  static bool is_turn_of(access kind, const lock_word& now) noexcept {
    return next(now) == (kind == access::write ? turn::one_writer : turn::all_readers);
  }

  /// Whether the rank whose addition produced `now` must see to the next turn. The door is open,
  /// somebody waits who may enter, and no other rank is bound to notice: everyone who stood in the
  /// way, or has been called, will make an addition of its own and ask the same question.
  static bool is_due(const lock_word& now) noexcept {
    return now.somebody_waits() && now.writers == 0 && now.called == 0 && next(now) != turn::nobody;
  }

  /// Whether a newcomer whose own announcement found the word as `before` is inside, where turns are
  /// handed over: past those who wait go readers alone, while others of them are inside.
  static bool admits(access newcomer, const lock_word& before) noexcept {
    if (bars(newcomer, before)) return false;
    if (before.somebody_waits() && (newcomer == access::write || before.readers == 0)) return false;
    return Fairness::admits(newcomer, before.count());
  }

  /// The same where they are not, and a newcomer who is awake may pass those who wait asleep: if,
  /// counted among them, it would be the turn of its kind.
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
