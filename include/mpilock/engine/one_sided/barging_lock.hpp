#pragma once
/// @file
/// @brief The one-sided reader-writer lock, with barging: a rank awake may pass a sleeping rank.

#include <cstdint>
#include <optional>
#include <utility>

#include "mpilock/engine/checker_note.hpp"
#include "mpilock/engine/lock_word.hpp"
#include "mpilock/engine/lock_word_format.hpp"
#include "mpilock/engine/one_sided/turn_giving_lock.hpp"
#include "mpilock/engine/or_withdraw.hpp"
#include "mpilock/engine/quiet_idle.hpp"
#include "mpilock/policy/medium.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// A lock that is handed to a sleeping rank is idle until that rank has woken up. This takes a
/// hundred times as long as a short section. Newcomers queue up behind that rank and fall asleep,
/// too: a convoy. So here a turn is not handed over. The sleeping rank is *called*. Until it
/// enters, the lock is open to newcomers that are awake, as far as the policy lets them pass. This
/// class is the waiter's side: what a rank does between `arrive` and its section.
/// `turn_giving_lock` is the other side.
///
/// | event   | what is added to the lock word, besides the additions of the base classes         |
/// | ------- | --------------------------------------------------------------------------------- |
/// | refused | -1 present; spin; then enqueue                                                    |
/// | called  | +1 present -1 waiting, taken back if a rank is in the way; once inside: -1 called |
/// | in vain | +1 writer; publish the slot again; -1 writer -1 called                            |
/// | insist  | nothing: after `most_calls` calls in vain, a rank marks its slot, for a hand-off  |
/// | give up | +1 writer; take the own slot back; -1 writer -1 waiting                           |
/// | help    | +1 writer; take the own slot back; -1 waiting; a reader also +1 reader -1 writer  |
/// | throw   | give up first; a grant that was quicker is taken back: -1 present                 |
/// | upgrade | +1 writer -1 reader; inside as a newcomer would be; if not, it enqueues           |
/// | regret  | give up an upgrade: in the last addition also +1 reader, or enqueue as a reader   |
///
///  - refused: the medium paces the looks of a rank that spins. If registering the rank as a waiter
///    stops newcomers of the other kind, the rank enqueues at once, in the same addition.
///  - give up: if the slot is gone, the rank awaits its letter. It accepts a grant. It takes a call
///    back: -1 called.
///  - help: a rank that wakes up without a letter may find the lock open to its kind. It adds 1
///    writer and checks again. If the lock is no longer open, or the slot is gone, it takes the 1
///    back: -1 writer.
///  - throw: an exception ends the wait. Afterwards a grant counts as never given. An upgrade reads
///    again. Another exception of `idle` meanwhile is dropped.
///  - regret: the rank reads at once if no writer was present before the first addition.
///
/// Bounds: a rank passes waiters of its own kind at most `most_passes` times, until it waits itself
/// or finds no such waiter. The policy decides whether it passes waiters of the other kind. After
/// `most_calls` calls in vain, a rank is handed the lock. Among ranks that insist, the next one in
/// the circle of ranks comes first.
///
/// If the policy follows the order of arrival, a refused rank enqueues at once.
///
/// If a called rank is stopped, no turn is given. Then waiters help themselves, and wait no longer
/// than until their next look. Where turns are handed over, a rank that wakes up gives out a turn
/// that is due.
///
/// Sources: barging, and the bit that says that a rank has been woken, come from Go's sync.Mutex
/// and from WebKit's WTF::Lock (F. Pizlo, "Locking in WebKit", 2016). So does the hand-off to a
/// rank that has waited too long. Counts instead of compare-and-swap are our own. Waiting on one's
/// own memory follows Mellor-Crummey and Scott, PPoPP 1991. Slots at the home, and letters from
/// client to client, follow DecLock, arXiv 2505.17641.
template <medium Medium, fairness_policy Fairness>
class barging_lock : public turn_giving_lock<Medium, Fairness> {
  using base = turn_giving_lock<Medium, Fairness>;
  using base::enqueue, base::room_, base::sections_, base::give_turn;
  using typename base::rules;

 protected:
  using base::add, base::fetch_add, base::format_, base::has_entered, base::owes;

 public:
  template <class... Args>
  explicit barging_lock(Args&&... args) : base(std::forward<Args>(args)...) {}
  using base::medium;

  /// The number of words of memory that the lock takes, for a medium that must know it.
  /// @throws unavailable_error for more ranks than a lock word has room for under the policy,
  /// before there is memory that must be freed
  static std::size_t words_for(int ranks) {
    static_cast<void>(lock_word_format(ranks, longest_row<Fairness>()));
    return Medium::words_for(ranks);
  }

  /// Continues after `arrive` has returned false.
  /// @return false if the deadline passed first; then nothing is left behind
  template <class Clock, class Idle>
  bool settle(access kind, basic_deadline<Clock> until, Idle& idle) {
    const lock_word before = this->found_on_arrival();
    if (lets_in(kind, before)) return true;
    if (until.is_at_once() || !(rules::follows_arrival || rules::keeps_others_out(kind, before))) {
      add(-format_.present(kind));
      if (until.is_at_once()) return false;
      if (spins(kind)) return true;
      enqueue(kind, 0);
    } else {
      enqueue(kind, format_.present(kind));
    }
    passes_ = 0;
    const auto withdraw = [&](auto& meanwhile) {
      const auto left = give_up(kind, meanwhile);
      if (left) add(-left->counts);
      return !left;
    };
    return wait(kind, until, idle, withdraw, -format_.present(kind));
  }

  /// Upgrades: stops reading and waits for a turn to write.
  /// @return false if the deadline passed first. Then the rank reads again: at once, or, if another
  /// writer has entered, when that writer has left.
  template <class Clock, class Idle>
  bool upgrade(basic_deadline<Clock> until, Idle& idle) {
    if (lets_in(access::write, this->leave_and_add(format_.writer()))) return true;
    if (until.is_at_once()) {  // our 1 in `writers` has kept all other writers out: no gap
      add(format_.reader() - format_.writer());
      return false;
    }
    passes_ = 0;
    enqueue(access::write, format_.writer());
    const auto withdraw = [&](auto& meanwhile) {
      const auto left = give_up(access::write, meanwhile);
      if (left) read_again(*left, meanwhile);
      return !left;
    };
    return wait(access::write, until, idle, withdraw, format_.reader() - format_.writer());
  }

  /// Shows a checker the state that this object's future depends on.
  template <class Show>
  void show_state(Show& show) const {
    base::show_state(show);
    show.lasting(static_cast<std::uint64_t>(passes_));
  }

 private:
  /// Tries again as a newcomer. @return false if a rank was in the way
  bool walks_in(access kind) {
    if (lets_in(kind, fetch_add(format_.present(kind)))) return true;
    add(-format_.present(kind));
    return false;
  }

  /// Whether a newcomer that found the word as `before` is inside.
  bool lets_in(access kind, const lock_word& before) {
    const bool is_inside = rules::lets_pass(kind, before) && may_pass(kind, before);
    if (is_inside) has_entered(kind, before);
    return is_inside;
  }

  /// Whether this rank may pass the waiters of its own kind once more, if there are any.
  bool may_pass(access kind, const lock_word& before) {
    if (before.waiting(kind) == 0) {
      passes_ = 0;
      return true;
    }
    return passes_ < Medium::most_passes && ++passes_ > 0;
  }

  /// Spins without being counted as a waiter: most sections end before a rank could fall asleep.
  bool spins(access kind) {
    for (int i = 0; i < Medium::looks && passes_ < Medium::most_passes; ++i) {
      medium().pause(i);
      const checker_note keeping(medium(), static_cast<std::uint64_t>(i));
      const lock_word now = format_.unpack(medium().look());
      if (rules::lets_pass(kind, now) && walks_in(kind)) return true;
      if (rules::keeps_others_out(kind, now)) return false;
    }
    return false;
  }

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
      const auto letter = or_withdraw([&] { return room_.await(until, idle, look); },
                                      [&] {
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

  int passes_ = 0;  // how often it has passed waiters of its kind since it waited itself
};

}  // namespace mpilock
