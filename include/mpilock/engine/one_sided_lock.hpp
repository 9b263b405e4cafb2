#pragma once
/// @file
/// @brief A reader-writer lock made of fetch-and-add on one word, slots to publish waits in, and a
/// mailbox per rank to wait on.

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "mpilock/access.hpp"
#include "mpilock/concepts/medium.hpp"
#include "mpilock/deadline.hpp"
#include "mpilock/engine/lock_word.hpp"
#include "mpilock/engine/mail.hpp"
#include "mpilock/engine/turn_taking.hpp"

namespace mpilock {

/// The one-sided engine: it runs over any `medium` and asks any `fairness_policy`.
///
/// | event   | what is added to the lock word                                                      |
/// | ------- | ----------------------------------------------------------------------------------- |
/// | arrive  | 1 present; inside if the value before admits, which costs one round trip             |
/// | wait    | -1 present +1 waiting +1 writer; publish a slot; -1 writer; the mailbox tells the rest |
/// | leave   | -1 present (a writer: +1 section), one round trip                                    |
/// | turn    | whoever's addition leaves the door open and somebody waiting claims the turn: +1     |
/// |         | writer; if no writer was there before, it is the only one to read and clear slots    |
/// | grant   | to readers: +m readers -m waiting -1 writer; to a writer: -1 waiting, the claim is its |
/// | give up | +1 writer; take the own slot back; -1 writer -1 waiting. If the slot is gone, the     |
/// |         | grant is on its way and is taken                                                     |
///
/// The 1 in `writers` while a rank changes its slot shuts the door: nobody can claim a turn, find
/// counts and slots at odds and look again and again. Who holds a turn already finds every slot
/// counted, because a rank is counted before it publishes and until after it has taken its slot back.
///
/// Any addition may be the one that leaves the door open, an announcement taken back no less than
/// a departure, so all of them but arrivals go through `add`, which then sees to the turn.
///
/// No operation can fail, and none but fetch-and-add touches the word: sums commute, so MPI's
/// `same_op_no_op` rule holds (MPI 4.0, section 12.7.1). The scheme of counting speculative
/// entrants is our own; waiting on one's own memory follows Mellor-Crummey and Scott, PPoPP 1991,
/// and slots at the home with grants from client to client follow DecLock, arXiv 2505.17641.
/// The methods are local; `acquire` and `promote` may wait, the others do not.
template <medium Medium, fairness_policy Fairness>
class one_sided_lock {
  using rules = turn_taking<Fairness>;

 public:
  template <class... Args>
  explicit one_sided_lock(Args&&... args)
      : medium_(std::forward<Args>(args)...), format_(medium_.size()) {
    letters_.reserve(static_cast<std::size_t>(medium_.size()));  // granting never allocates
  }

  /// Enters. @return false if the deadline passed first; nothing is left behind then
  template <class Idle>
  bool acquire(access kind, deadline until, Idle& idle) {
    const lock_word before = fetch_add(format_.present(kind));
    if (rules::admits(kind, before)) return true;
    if (until.is_at_once()) {
      add(-format_.present(kind));
      return false;
    }
    enlist(kind, format_.present(kind));
    return await_grant(until, idle) || !withdraw(kind, idle);
  }

  /// Leaves.
  void release(access kind) { add(departure(kind)); }

  /// Turns from reader to writer: stops reading and waits for a turn to write.
  /// @return false if the deadline passed first; the rank reads again then, at once unless
  /// another writer has come in, in which case when that one has left
  template <class Idle>
  bool promote(deadline until, Idle& idle) {
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

  /// Turns from writer to reader, with no gap.
  void demote() { add(departure(access::write) + format_.reader()); }

  /// Write sections completed when this rank last touched the lock.
  std::uint64_t sections() const noexcept { return sections_; }

  Medium& where() noexcept { return medium_; }
  const Medium& where() const noexcept { return medium_; }

 private:
  lock_word fetch_add(std::uint64_t delta) {
    const lock_word before = format_.unpack(medium_.fetch_add(delta));
    sections_ = format_.extend(before.sections, sections_);
    return before;
  }

  /// Adds, and gives out the next turn if that is now up to this rank.
  void add(std::uint64_t delta) {
    if (rules::is_due(added(delta))) take_turn();
  }

  lock_word added(std::uint64_t delta) {
    const std::uint64_t after = medium_.fetch_add(delta) + delta;
    sections_ = format_.extend(format_.unpack(after).sections, sections_);
    return format_.unpack(after);
  }

  std::uint64_t departure(access kind) const noexcept {
    return kind == access::read ? -format_.reader() : format_.section() - format_.writer();
  }

  /// Exchanges what this rank counts for, `given_up`, for a wait.
  void enlist(access kind, std::uint64_t given_up) {
    fetch_add(format_.waiting(kind) + format_.writer() - given_up);
    medium_.swap_slot(kind, medium_.rank(), ticket_);
    add(-format_.writer());
  }

  template <class Idle>
  bool await_grant(deadline until, Idle& idle) {
    const auto contents = medium_.await(ticket_, until, idle);
    if (!contents) return false;
    ticket_ = mail::ticket_after(ticket_);
    sections_ = mail::unpack(*contents).sections_near(sections_);
    return true;
  }

  /// Gives up waiting. @return false if the grant was quicker; it has been received then
  template <class Idle>
  bool withdraw(access kind, Idle& idle) {
    fetch_add(format_.writer());
    if (take_slot(kind, medium_.rank()) == 0) return receive_late_grant(idle);
    add(-format_.writer() - format_.waiting(kind));
    return true;
  }

  /// Gives up a promotion and reads again. If no writer was present at our +1, none is inside and
  /// none can come in before our -1; else this rank waits to read like everyone else.
  template <class Idle>
  bool withdraw_to_reading(Idle& idle) {
    const lock_word before = fetch_add(format_.writer());
    if (take_slot(access::write, medium_.rank()) == 0) return receive_late_grant(idle);
    const std::uint64_t given_up = format_.writer() + format_.waiting(access::write);
    if (before.writers == 0) {
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

  /// Whoever swaps a ticket out owns it: the granter, or the waiter that gives up.
  std::uint64_t take_slot(access kind, int rank) { return medium_.swap_slot(kind, rank, 0); }

  /// Claims the turn and gives it to whom the policy names. If the claim meets another writer or
  /// announcement, that one's next addition brings the question back, perhaps to us.
  void take_turn() {
    for (;;) {
      const lock_word before = fetch_add(format_.writer());
      if (before.writers == 0) {
        const turn whose = rules::next(before);
        if (whose == turn::one_writer && grant_writer()) return;
        if (whose == turn::all_readers && collect(access::read, before.readers_waiting)) {
          if (!rules::is_due(grant_readers())) return;
          continue;
        }
      }
      if (!rules::is_due(added(-format_.writer()))) return;
    }
  }

  /// The claim, our 1 in `writers`, becomes the writer's presence.
  bool grant_writer() {
    if (!collect(access::write, 1)) return false;
    fetch_add(-format_.waiting(access::write));  // before the mail: its receiver may leave at once
    medium_.deliver(letters_);
    return true;
  }

  lock_word grant_readers() {
    const std::uint64_t each = format_.reader() - format_.waiting(access::read);
    const lock_word after = added(letters_.size() * each - format_.writer());
    medium_.deliver(letters_);
    return after;
  }

  /// Takes up to `wanted` tickets out of the slots, from the rank after this one onwards, and
  /// addresses a letter to each of their owners. Only the rank that holds the turn calls this.
  bool collect(access kind, std::uint64_t wanted) {
    letters_.clear();
    const int size = medium_.size();
    std::array<std::uint64_t, 64> seen;
    int first = (medium_.rank() + 1) % size;
    for (int left = size; left > 0 && letters_.size() < wanted;) {
      const int count = std::min({left, size - first, static_cast<int>(seen.size())});
      medium_.read_slots(kind, first, std::span(seen).first(static_cast<std::size_t>(count)));
      for (int i = 0; i < count && letters_.size() < wanted; ++i) {
        if (seen[static_cast<std::size_t>(i)] == 0) continue;
        if (const std::uint64_t ticket = take_slot(kind, first + i); ticket != 0)
          letters_.push_back({first + i, mail{ticket, sections_}.pack()});
      }
      left -= count;
      first = (first + count) % size;
    }
    return !letters_.empty();
  }

  Medium medium_;
  lock_word_format format_;
  std::uint64_t ticket_ = 1;    // of the wait that is under way, or comes next
  std::uint64_t sections_ = 0;  // completed write sections, as far as this rank knows
  std::vector<letter> letters_;
};

}  // namespace mpilock
