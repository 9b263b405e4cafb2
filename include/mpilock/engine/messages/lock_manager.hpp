#pragma once
/// @file
/// @brief A sequential reader-writer lock, whose ranks ask and are answered by messages.

#include <algorithm>
#include <cstdint>

#include "mpilock/engine/lock_word.hpp"
#include "mpilock/engine/messages/parties.hpp"
#include "mpilock/engine/turn_taking.hpp"
#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/policy/message.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// The state machine at the root of the message engine. It uses no MPI, no clock, and no threads.
/// For each message and state of its sender, the table shows the answer or the new state:
///
/// | message       | outside         | waits         | reads           | writes              |
/// | ------------- | --------------- | ------------- | --------------- | ------------------- |
/// | `enter`       | granted/waits   | –             | –               | –                   |
/// | `try_enter`   | granted/refused | –             | –               | –                   |
/// | `upgrade`     | –               | –             | granted/waits   | –                   |
/// | `try_upgrade` | –               | –             | granted/refused | –                   |
/// | `downgrade`   | –               | –             | –               | reads, +1 section   |
/// | `leave`       | –               | –             | outside         | outside, +1 section |
/// | `give_up`     | –               | see below     | outside         | outside             |
/// | `watch`       | nothing         | –             | told now/later  | told now/later      |
///
/// `give_up` of a wait leaves the rank outside. If the wait was for an upgrade, the rank reads
/// again, or waits to read; it is answered with `reading_again` once it reads. A `give_up` that
/// crosses the grant takes the grant back as if it had never been given. An upgrade, however, stays
/// granted.
///
/// A dash marks a case that can't happen. A rank sends only what its own state allows, and a
/// message that crosses an answer is covered by the `give_up` row. Within a kind, the order is that
/// of arrival.
///
/// A message takes constant time, and so does each answer that follows from it, whatever the number
/// of ranks. There are three queues: of ranks that wait to read, that wait to write, and that
/// watch. No queue is searched. Memory is allocated once (`parties`).
template <fairness_policy Fairness>
class lock_manager {
  using rules = turn_taking<Fairness>;

 public:
  explicit lock_manager(int ranks) : parties_(ranks) {}

  /// Whether no rank is inside, and none waits.
  bool is_free() const noexcept {
    return now_.writers == 0 && now_.readers == 0 && !now_.somebody_waits();
  }

  /// Handles one message, and calls `answer(to, message)` for each answer that follows from it.
  template <class Answer>
  void handle(int from, const message& said, Answer&& answer) {
    party& peer = parties_[from];
    switch (said.what) {
      case verb::enter:
      case verb::try_enter:
        enter(from, peer, said, answer);
        break;
      case verb::upgrade:
      case verb::try_upgrade:
        upgrade(from, peer, said, answer);
        break;
      case verb::downgrade:
        count_out(access::write);
        ++now_.readers;
        peer.is = state::reading;
        break;
      case verb::leave:
        leave(peer);
        break;
      case verb::give_up:
        give_up(from, peer, said.ticket, answer);
        break;
      case verb::watch:
        watch(from, peer);
        tell_watchers(answer);
        break;
      default:
        break;  // the engine handles goodbyes and answers
    }
    give_turns(answer);
  }

  /// Shows a checker the state that this object's future depends on.
  template <class Show>
  void show_state(Show& show) const {
    show.sections(now_.sections);
    parties_.show_state(show);
    parties_.show_queue(show, watchers_);
    if (rules::longest_row > 0) show.lasting(now_.writer_row), show.lasting(now_.reader_row);
  }

 private:
  using party = parties::party;
  using queue = parties::queue;
  using state = parties::state;
  static constexpr int nobody = parties::nobody;

  template <class Answer>
  void enter(int from, party& peer, const message& said, Answer&& answer) {
    peer = {.wants = said.kind, .ticket = said.ticket};
    if (rules::admits(said.kind, now_)) return admit(from, peer, answer);
    if (said.what == verb::try_enter) return tell(from, peer, verb::refused, answer);
    enqueue(from, peer);
    tell_watchers(answer);
  }

  template <class Answer>
  void upgrade(int from, party& peer, const message& said, Answer&& answer) {
    const bool alone = now_.readers == 1 && !now_.somebody_waits();
    peer.ticket = said.ticket;
    if (!alone && said.what == verb::try_upgrade) return tell(from, peer, verb::refused, answer);
    stop_watching(peer);
    count_out(access::read);
    peer = {.wants = access::write, .upgraded = true, .ticket = said.ticket};
    if (alone) return admit(from, peer, answer);
    enqueue(from, peer);
    tell_watchers(answer);
  }

  template <class Answer>
  void tell_watchers(Answer&& answer) {
    while (now_.writers_waiting > 0 && watchers_.first != nobody) {
      const int rank = watchers_.first;
      stop_watching(parties_[rank]);
      tell(rank, parties_[rank], verb::writer_waits, answer);
    }
  }

  void watch(int rank, party& peer) {
    if (peer.watches || (peer.is != state::reading && peer.is != state::writing)) return;
    peer.watches = true;
    parties_.append(watchers_, rank);
  }

  void stop_watching(party& peer) {
    if (!peer.watches) return;
    peer.watches = false;
    parties_.take_out(watchers_, peer);
  }

  void leave(party& peer) {
    if (peer.is == state::writing) count_out(access::write);
    if (peer.is == state::reading) count_out(access::read);
    peer.is = state::outside;
    stop_watching(peer);
  }

  /// Counts a rank that leaves: out of those inside, and into its row.
  void count_out(access kind) {
    constexpr std::uint64_t longest = rules::longest_row;
    if (kind == access::read) {
      --now_.readers;
      now_.reader_row = std::min(now_.reader_row + 1, longest);
    } else {
      --now_.writers;
      ++now_.sections;
      now_.writer_row = std::min(now_.reader_row > 0 ? 1 : now_.writer_row + 1, longest);
      now_.reader_row = 0;
    }
  }

  /// The grant may have crossed this message. Then the grant is taken back as if it had never been
  /// given. But an upgrade stays granted, since its owner must get an answer in any case.
  template <class Answer>
  void give_up(int from, party& peer, std::uint64_t ticket, Answer&& answer) {
    if (peer.ticket != ticket) return;
    if (peer.is != state::waiting) {
      if (peer.upgraded) return;
      if (peer.is == state::writing) --now_.writers;
      if (peer.is == state::reading) --now_.readers;
      peer.is = state::outside;
      return;
    }
    dequeue(peer);
    if (!peer.upgraded) return;
    peer = {.wants = access::read, .reply = verb::reading_again, .ticket = ticket};
    if (now_.writers == 0) return admit(from, peer, answer);
    enqueue(from, peer);
  }

  template <class Answer>
  void give_turns(Answer&& answer) {
    while (rules::is_due(now_)) {
      const turn whose = rules::next(now_);
      const bool is_writers =
          whose == turn::one_writer || (whose == turn::first_come && writer_came_first());
      if (is_writers)
        let_in_first(access::write, answer);
      else
        let_in_readers(whose, answer);
    }
  }

  template <class Answer>
  void let_in_readers(turn whose, Answer&& answer) {
    do {
      if (whose == turn::first_come && writer_came_first()) return;  // the rest came later
      let_in_first(access::read, answer);
    } while (whose != turn::one_reader && now_.readers_waiting > 0);
  }

  template <class Answer>
  void let_in_first(access kind, Answer&& answer) {
    const int rank = queue_of(kind).first;
    dequeue(parties_[rank]);
    admit(rank, parties_[rank], answer);
  }

  /// Whether the rank that has waited longest is a writer.
  bool writer_came_first() const {
    const int reader = queue_of(access::read).first;
    const int writer = queue_of(access::write).first;
    if (reader == nobody || writer == nobody) return reader == nobody;
    return parties_[writer].arrival < parties_[reader].arrival;
  }

  void enqueue(int rank, party& peer) {
    peer.is = state::waiting;
    peer.arrival = ++arrivals_;
    ++count_of_waiting(peer.wants);
    parties_.append(queue_of(peer.wants), rank);
  }

  void dequeue(party& peer) {
    peer.is = state::outside;
    --count_of_waiting(peer.wants);
    parties_.take_out(queue_of(peer.wants), peer);
  }

  template <class Answer>
  void admit(int rank, party& peer, Answer&& answer) {
    const bool reads = peer.wants == access::read;
    peer.is = reads ? state::reading : state::writing;
    ++(reads ? now_.readers : now_.writers);
    tell(rank, peer, peer.reply, answer);
  }

  template <class Answer>
  void tell(int rank, const party& peer, verb what, Answer&& answer) const {
    answer(rank, message{what, peer.wants, peer.ticket, now_.sections});
  }

  queue& queue_of(access kind) { return kind == access::read ? readers_ : writers_; }
  const queue& queue_of(access kind) const { return kind == access::read ? readers_ : writers_; }

  std::uint64_t& count_of_waiting(access kind) {
    return kind == access::read ? now_.readers_waiting : now_.writers_waiting;
  }

  lock_word now_{};  // the same counts as in the one-sided engine; here `writers` is 0 or 1
  parties parties_;
  queue readers_;   // waiting readers, in order of arrival
  queue writers_;   // waiting writers, in order of arrival
  queue watchers_;  // ranks that watch, in the order in which they asked
  std::uint64_t arrivals_ = 0;
};

}  // namespace mpilock
