#pragma once
/// @file
/// @brief The side of the one-sided lock that waits for a call or a grant.

#include <cstdint>
#include <optional>

#include "mpilock/engine/checker_note.hpp"
#include "mpilock/engine/lock_word.hpp"
#include "mpilock/engine/lock_word_format.hpp"
#include "mpilock/engine/one_sided/turn_giving_lock.hpp"
#include "mpilock/engine/or_withdraw.hpp"
#include "mpilock/engine/quiet_idle.hpp"
#include "mpilock/policy/mail.hpp"
#include "mpilock/policy/medium.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// Waits for `barging_lock`, from the moment when the rank is enqueued.
///
/// | event   | what is added to the lock word, besides the additions of the base classes         |
/// | ------- | --------------------------------------------------------------------------------- |
/// | called  | +1 present -1 waiting, taken back if a rank is in the way; once inside: -1 called |
/// | in vain | +1 writer; publish the slot again; -1 writer -1 called                            |
/// | insist  | nothing: after `most_calls` calls in vain, a rank marks its slot, for a hand-off  |
/// | give up | +1 writer; take the own slot back; -1 writer -1 waiting                           |
/// | help    | +1 writer; take the own slot back; -1 waiting; a reader also +1 reader -1 writer  |
/// | throw   | give up first; a grant that was quicker is taken back: -1 present                 |
///
///  - give up: if the slot is gone, the rank awaits its letter. It accepts a grant. It takes a call
///    back: -1 called.
///  - help: a rank that wakes up without a letter may find the lock open to its kind. It adds 1
///    writer and checks again. If the lock is no longer open, or the slot is gone, it takes the 1
///    back: -1 writer.
///  - throw: an exception ends the wait. Afterwards a grant counts as never given. An upgrade reads
///    again. Another exception of `idle` meanwhile is dropped.
///
/// If a called rank is stopped, no turn is given. Then waiters help themselves, and wait no longer
/// than until their next look. Where turns are handed over, a rank that wakes up gives out a turn
/// that is due.
template <medium Medium, fairness_policy Fairness>
class waiting_lock : public turn_giving_lock<Medium, Fairness> {
  using base = turn_giving_lock<Medium, Fairness>;
  using base::give_turn, base::room_;

 public:
  using base::medium;

 protected:
  using base::add, base::enqueue, base::fetch_add, base::format_, base::owes;
  using base::sections_;
  using typename base::rules;

  using base::base;

  /// Waits for calls and answers them. If the deadline passes, or an exception ends the wait,
  /// `withdraw` decides.
  /// @param withdraw gets the object to idle with, and returns whether a grant was quicker, so that
  /// the rank is inside
  /// @param goes_back the addition that takes back such a grant after an exception
  /// @return whether the rank is inside
  template <class Clock, class Idle, class Withdraw>
  bool wait(access kind, basic_deadline<Clock> until, Idle& idle, const Withdraw& withdraw,
            std::uint64_t goes_back) {
    quiet_idle quiet(idle);
    for (int calls = 0;;) {
      const checker_note keeping(medium(), static_cast<std::uint64_t>(calls));
      bool is_open = false;
      const auto look = [&] { return is_open = looks_open(kind); };
      const auto await = [&] { return room_.await(until, idle, look, rules::hands_over); };
      const auto letter = or_withdraw(await, [&] {
        if (!withdraw(quiet)) return;
        owes(0);  // it has not been inside: no section
        add(goes_back);
      });
      if (!letter && !is_open) return withdraw(quiet);
      if (!letter) {
        if (helps_itself(kind)) return true;
        continue;
      }
      if (!letter->is_call) return accept(kind, *letter);
      if (comes_in(kind)) return true;
      wait_again(kind, ++calls >= Medium::most_calls);
    }
  }

  /// The counts of a rank that no longer waits.
  struct leftover {
    std::uint64_t counts;
    bool kept_door_shut;  ///< since its +1 no writer has entered, and none was inside
  };

  /// Gives up waiting. @param idle throws nothing
  /// @return nothing if a grant was quicker; then the grant has been received
  template <class Idle>
  std::optional<leftover> give_up(access kind, Idle& idle) {
    const bool door_was_open = fetch_add(format_.writer()).writers == 0;
    const checker_note keeping(medium(), door_was_open ? 1 : 0);
    leftover left{format_.writer() + format_.waiting(kind), door_was_open};
    if (room_.take_back(kind)) return left;
    const mail late = *room_.await(deadline::never(), idle);
    if (!late.is_call) {
      accept(kind, late);
      add(-format_.writer());
      return std::nullopt;
    }
    left.counts += format_.called();
    return left;
  }

  /// Gives up an upgrade. If no writer was present at the +1 of `give_up`, none is inside, and none
  /// can enter before our -1. Otherwise this rank waits to read like all others.
  template <class Idle>
  void read_again(const leftover& left, Idle& idle) {
    if (left.kept_door_shut) {
      add(format_.reader() - left.counts);
    } else {
      enqueue(access::read, left.counts);
      const auto waits_on = [](auto&) { return false; };  // it is not called: there is no deadline
      wait(access::read, deadline::never(), idle, waits_on, 0);
    }
  }

 private:
  /// For a rank that wakes up without a letter. The called rank may be stopped. A rank that has
  /// left may also be stopped, before it gave the turn.
  bool looks_open(access kind) {
    const lock_word now = format_.unpack(medium().look());
    return rules::hands_over ? rules::is_due(now) : is_open_to_called(kind, now);
  }

  /// Takes a turn without having been called. If the rank finds no writer before its claim, it has
  /// shut the door. If its slot is gone, a letter is on its way. @return whether it is inside
  bool helps_itself(access kind) {
    if constexpr (rules::hands_over) {
      give_turn();
      return false;
    }
    if (!is_open_to_called(kind, fetch_add(format_.writer())) || !room_.take_back(kind)) {
      add(-format_.writer());
      return false;
    }
    if (kind == access::write)
      fetch_add(-format_.waiting(kind));  // the claim becomes its presence
    else
      add(format_.reader() - format_.waiting(kind) - format_.writer());
    return true;
  }

  /// Accepts a grant. The rank that gave it has counted this rank as inside, and a writer also in
  /// its row.
  bool accept(access kind, const mail& grant) {
    sections_ = grant.sections_near(sections_);
    if (kind == access::read && grant.owes) owes(format_.owed_by_first_reader());
    return true;
  }

  /// Answers a call. @return false if a rank was always in the way
  bool comes_in(access kind) {
    for (int i = 0; i < Medium::looks; ++i) {
      if (i > 0) medium().pause(i);
      const checker_note keeping(medium(), static_cast<std::uint64_t>(i));
      if (is_open_to_called(kind, format_.unpack(medium().look())) && moves_in(kind)) return true;
    }
    return false;
  }

  static bool is_open_to_called(access kind, const lock_word& now) {
    return now.writers == 0 && rules::is_turn_of(kind, now);
  }

  bool moves_in(access kind) {
    const std::uint64_t move = format_.present(kind) - format_.waiting(kind);
    if (is_open_to_called(kind, fetch_add(move))) {
      add(-format_.called());
      return true;
    }
    fetch_add(-move);  // no rank gives a turn meanwhile, so we are still called
    return false;
  }

  void wait_again(access kind, bool insists) {
    fetch_add(format_.writer());
    room_.publish(kind, insists);
    add(-format_.writer() - format_.called());
  }
};

}  // namespace mpilock
