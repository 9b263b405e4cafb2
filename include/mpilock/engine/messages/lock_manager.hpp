#pragma once
/// @file
/// @brief A sequential reader-writer lock for the messages of many ranks: which are inside or wait.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "mpilock/engine/lock_word.hpp"
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
/// | `give_up`     | –               | outside/reads | outside         | outside             |
/// | `watch`       | nothing         | –             | told now/later  | told now/later      |
///
/// `give_up` of an upgrade that waits is answered with `reading_again`, once the rank reads. A
/// `give_up` that crosses the grant takes the grant back as if it had never been given. An upgrade,
/// however, stays granted.
///
/// A dash can't happen. A rank sends only what its own state allows, and a message that crosses an
/// answer is covered by the `give_up` row. Within a kind, the order is that of arrival.
///
/// A message takes constant time, and so does each answer that follows from it, whatever the number
/// of ranks. There are three queues: of ranks that wait to read, that wait to write, and that
/// watch. A rank is in at most one queue, and no queue is searched. The memory is 40 bytes per
/// rank, allocated once.
template <fairness_policy Fairness>
class lock_manager {
  using rules = turn_taking<Fairness>;

 public:
  explicit lock_manager(int ranks) : parties_(static_cast<std::size_t>(ranks)) {}

  /// Handles one message, and calls `answer(to, message)` for each answer that follows from it.
  template <class Answer>
  void handle(int from, const message& said, Answer&& answer) {
    party& peer = party_of(from);
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
    for (const party& each : parties_) {
      show(static_cast<std::uint64_t>(each.is));
      if (each.is != state::outside) show(each.wants == access::read ? 0 : 1);
      if (each.is == state::waiting) show(static_cast<std::uint64_t>(each.reply));
      if (each.is != state::outside) show(each.upgraded ? 1 : 0);
      if (each.is == state::waiting) show(place_in_order(each));
    }
    for (int rank = watchers_.first; rank != nobody; rank = party_of(rank).behind)
      show(static_cast<std::uint64_t>(rank));
    if (rules::longest_row > 0) show.lasting(now_.writer_row), show.lasting(now_.reader_row);
  }

 private:
  enum class state : std::uint8_t { outside, waiting, reading, writing };
  static constexpr int nobody = -1;

  struct party {
    access wants = access::read;
    state is = state::outside;
    bool upgraded = false;  // it asked as a reader, and reads again if it gives up
    bool watches = false;   // it is inside, and must be told when another rank waits to write
    int before = nobody;    // its neighbours in a queue, while it waits or watches
    int behind = nobody;
    verb reply = verb::granted;  // the answer when its turn comes
    std::uint64_t ticket = 0;
    std::uint64_t arrival = 0;  // while it waits: greater than that of each rank that waits longer
  };
  static_assert(sizeof(party) <= 40);

  /// Ranks in order, linked through their parties.
  struct queue {
    int first = nobody;
    int last = nobody;
  };

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
      stop_watching(party_of(rank));
      tell(rank, party_of(rank), verb::writer_waits, answer);
    }
  }

  void watch(int rank, party& peer) {
    if (peer.watches || (peer.is != state::reading && peer.is != state::writing)) return;
    peer.watches = true;
    append(watchers_, rank, peer);
  }

  void stop_watching(party& peer) {
    if (!peer.watches) return;
    peer.watches = false;
    take_out(watchers_, peer);
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
    dequeue(party_of(rank));
    admit(rank, party_of(rank), answer);
  }

  /// Whether the rank that has waited longest is a writer.
  bool writer_came_first() const {
    const int reader = queue_of(access::read).first;
    const int writer = queue_of(access::write).first;
    if (reader == nobody || writer == nobody) return reader == nobody;
    return party_of(writer).arrival < party_of(reader).arrival;
  }

  /// The number of ranks that wait longer. The numbers grow for ever, but only their order matters.
  std::uint64_t place_in_order(const party& one) const {
    return static_cast<std::uint64_t>(
        std::count_if(parties_.begin(), parties_.end(), [&one](const party& other) {
          return other.is == state::waiting && other.arrival < one.arrival;
        }));
  }

  void enqueue(int rank, party& peer) {
    peer.is = state::waiting;
    peer.arrival = ++arrivals_;
    ++count_of_waiting(peer.wants);
    append(queue_of(peer.wants), rank, peer);
  }

  void dequeue(party& peer) {
    peer.is = state::outside;
    --count_of_waiting(peer.wants);
    take_out(queue_of(peer.wants), peer);
  }

  void append(queue& to, int rank, party& peer) {
    peer.before = to.last;
    peer.behind = nobody;
    (to.last == nobody ? to.first : party_of(to.last).behind) = rank;
    to.last = rank;
  }

  void take_out(queue& from, const party& peer) {
    (peer.before == nobody ? from.first : party_of(peer.before).behind) = peer.behind;
    (peer.behind == nobody ? from.last : party_of(peer.behind).before) = peer.before;
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

  party& party_of(int rank) { return parties_[static_cast<std::size_t>(rank)]; }
  const party& party_of(int rank) const { return parties_[static_cast<std::size_t>(rank)]; }

  queue& queue_of(access kind) { return kind == access::read ? readers_ : writers_; }
  const queue& queue_of(access kind) const { return kind == access::read ? readers_ : writers_; }

  std::uint64_t& count_of_waiting(access kind) {
    return kind == access::read ? now_.readers_waiting : now_.writers_waiting;
  }

  lock_word now_{};  // the same counts as in the one-sided engine; here `writers` is 0 or 1
  std::vector<party> parties_;
  queue readers_;   // waiting readers, in order of arrival
  queue writers_;   // waiting writers, in order of arrival
  queue watchers_;  // ranks that watch, in the order in which they asked
  std::uint64_t arrivals_ = 0;
};

}  // namespace mpilock
