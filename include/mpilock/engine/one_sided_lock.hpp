#pragma once
/// @file
/// @brief A reader-writer lock made of fetch-and-add on one word, slots to publish waits in, and a
/// mailbox per rank to wait on.

#include <cstdint>
#include <utility>

#include "mpilock/access.hpp"
#include "mpilock/concepts/medium.hpp"
#include "mpilock/deadline.hpp"
#include "mpilock/engine/counting_lock.hpp"
#include "mpilock/engine/kept_in_mind.hpp"
#include "mpilock/engine/lock_word.hpp"

namespace mpilock {

/// The one-sided engine: it runs over any `medium` and asks any `fairness_policy`. A turn is handed
/// over: who leaves gives the lock itself to who waits.
///
/// | event   | what is added to the lock word, beside what `counting_lock` says                       |
/// | ------- | -------------------------------------------------------------------------------------- |
/// | turn    | +1 writer, by whoever's addition leaves the door open and somebody waiting; if no      |
/// |         | writer was there before, it is the only one to read and clear slots                    |
/// | grant   | to readers: +m readers -m waiting -1 writer; to a writer: -1 waiting, the claim is its |
/// | give up | +1 writer; take the own slot back; -1 writer -1 waiting. If the slot is gone, the      |
/// |         | grant is on its way and is taken                                                       |
///
/// Alone it costs one round trip in, one out. Waiting on one's own memory follows Mellor-Crummey and
/// Scott, PPoPP 1991, and slots at the home with grants from client to client follow DecLock, arXiv
/// 2505.17641. The methods are local; `acquire` and `promote` may wait, the others do not.
template <medium Medium, fairness_policy Fairness>
class one_sided_lock : public counting_lock<one_sided_lock<Medium, Fairness>, Medium, Fairness> {
  using base = counting_lock<one_sided_lock, Medium, Fairness>;
  using base::add, base::added, base::enlist, base::fetch_add, base::format_, base::room_,
      base::sections_;
  using typename base::rules;
  friend base;

 public:
  template <class... Args>
  explicit one_sided_lock(Args&&... args) : base(std::forward<Args>(args)...) {}
  using base::where;

  /// Enters. @return false if the deadline passed first; nothing is left behind then
  template <class Clock, class Idle>
  bool acquire(access kind, basic_deadline<Clock> until, Idle& idle) {
    return this->arrive(kind) || settle(kind, until, idle);
  }

  /// What `acquire` does where `arrive` has said no.
  template <class Clock, class Idle>
  bool settle(access kind, basic_deadline<Clock> until, Idle& idle) {
    if (rules::admits(kind, this->found_on_arrival())) return true;
    if (until.is_at_once()) {
      add(-format_.present(kind));
      return false;
    }
    enlist(kind, format_.present(kind));
    return await_grant(until, idle) || !withdraw(kind, idle);
  }

  /// Turns from reader to writer: stops reading and waits for a turn to write.
  /// @return false if the deadline passed first; the rank reads again then, at once unless
  /// another writer has come in, in which case when that one has left
  template <class Clock, class Idle>
  bool promote(basic_deadline<Clock> until, Idle& idle) {
    const lock_word before = fetch_add(format_.writer() - format_.reader());
    const bool alone = before.readers == 1 && before.writers == 0 && !before.somebody_waits();
    if (alone) return true;
    if (until.is_at_once()) {  // our 1 in `writers` has kept every other writer out: no gap
      add(format_.reader() - format_.writer());
      return false;
    }
    enlist(access::write, format_.writer());
    return await_grant(until, idle) || !withdraw_to_reading(idle);
  }

 private:
  template <class Clock, class Idle>
  bool await_grant(basic_deadline<Clock> until, Idle& idle) {
    const auto grant = room_.await(until, idle);
    if (grant) sections_ = grant->sections_near(sections_);
    return grant.has_value();
  }

  /// Gives up waiting. @return false if the grant was quicker; it has been received then
  template <class Idle>
  bool withdraw(access kind, Idle& idle) {
    fetch_add(format_.writer());
    if (!room_.take_back(kind)) return receive_late_grant(idle);
    add(-format_.writer() - format_.waiting(kind));
    return true;
  }

  /// Gives up a promotion and reads again. If no writer was present at our +1, none is inside and
  /// none can come in before our -1; else this rank waits to read like everyone else.
  template <class Idle>
  bool withdraw_to_reading(Idle& idle) {
    const bool door_was_open = fetch_add(format_.writer()).writers == 0;
    const kept_in_mind keeping(where(), door_was_open ? 1 : 0);
    if (!room_.take_back(access::write)) return receive_late_grant(idle);
    const std::uint64_t given_up = format_.writer() + format_.waiting(access::write);
    if (door_was_open) {
      add(format_.reader() - given_up);
    } else {
      enlist(access::read, given_up);
      await_grant(deadline::never(), idle);
    }
    return true;
  }

  template <class Idle>
  bool receive_late_grant(Idle& idle) {
    add(-format_.writer());
    await_grant(deadline::never(), idle);
    return false;
  }

  /// Claims the turn and gives it to whom the policy names. If the claim meets another writer or
  /// announcement, that one's next addition brings the question back, perhaps to us.
  void take_turn() {
    for (;; where().relax()) {
      const lock_word before = fetch_add(format_.writer());
      if (before.writers == 0) {
        const turn whose = rules::next(before);
        const std::uint64_t most = whose == turn::all_readers ? before.readers_waiting : 0;
        const kept_in_mind keeping(where(), most);
        if (whose == turn::one_writer && grant_writer()) return;
        if (const auto found = room_.call_up(access::read, most, sections_); found > 0) {
          if (!grant_readers(found)) return;
          continue;
        }
      }
      if (!rules::is_due(added(-format_.writer()))) return;
    }
  }

  /// The claim, our 1 in `writers`, becomes the writer's presence. The count changes before the
  /// letter is sent, because its receiver may leave at once.
  bool grant_writer() {
    if (room_.call_up(access::write, 1, sections_) == 0) return false;
    fetch_add(-format_.waiting(access::write));
    room_.deliver();
    return true;
  }

  /// Lets in whom `call_up` found. @return whether another turn is due: others may have come to wait
  /// meanwhile
  bool grant_readers(std::uint64_t found) {
    const std::uint64_t each = format_.reader() - format_.waiting(access::read);
    const bool is_due = rules::is_due(added(found * each - format_.writer()));
    const kept_in_mind keeping(where(), is_due ? 1 : 0);
    room_.deliver();
    return is_due;
  }
};

}  // namespace mpilock
