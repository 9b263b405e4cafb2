#pragma once
/// @file
/// @brief A sequential reader-writer lock for the messages of many ranks: who is inside, who waits.

#include <algorithm>
#include <cstdint>
#include <list>
#include <utility>
#include <vector>

#include "mpilock/access.hpp"
#include "mpilock/concepts/fairness_policy.hpp"
#include "mpilock/engine/lock_word.hpp"
#include "mpilock/engine/message.hpp"
#include "mpilock/engine/turn_taking.hpp"

namespace mpilock {

/// The state machine at the root of the message engine. No MPI, no clock, no threads.
///
/// | message       | outside             | waiting                   | reading             | writing             |
/// | ------------- | ------------------- | ------------------------- | ------------------- | ------------------- |
/// | `enter`       | granted, or waiting | –                         | –                   | –                   |
/// | `try_enter`   | granted, or refused | –                         | –                   | –                   |
/// | `promote`     | –                   | –                         | granted, or waiting | –                   |
/// | `try_promote` | –                   | –                         | granted, or refused | –                   |
/// | `demote`      | –                   | –                         | –                   | reading, +1 section |
/// | `leave`       | –                   | –                         | outside             | outside, +1 section |
/// | `give_up`     | –                   | outside, or reading_again | outside             | outside             |
/// | `watch`       | nothing             | –                         | told, now or later  | told, now or later  |
///
/// `give_up` from a promotion that waits is answered with `reading_again`, once the rank reads; one
/// that crossed the grant takes it back as if it had never been given, except that a promotion stays
/// granted.
///
/// A dash can't happen: a rank sends nothing but what its own state allows, and a message that
/// crosses an answer is the `give_up` row. Within a kind, the order is that of arrival.
template <fairness_policy Fairness>
class lock_manager {
  using rules = turn_taking<Fairness>;

 public:
  explicit lock_manager(int ranks) : parties_(static_cast<std::size_t>(ranks)) {}

  /// Takes one message in and calls `answer(to, message)` for each one that follows from it.
  template <class Answer>
  void handle(int from, const message& said, Answer&& answer) {
    party& who = parties_[static_cast<std::size_t>(from)];
    switch (said.what) {
      case verb::enter:
      case verb::try_enter:
        enter(from, who, said, answer);
        break;
      case verb::promote:
      case verb::try_promote:
        promote(from, who, said, answer);
        break;
      case verb::demote:
        count_out(access::write);
        ++now_.readers;
        who.is = state::reading;
        break;
      case verb::leave:
        leave(who);
        break;
      case verb::give_up:
        give_up(from, who, said.ticket, answer);
        break;
      case verb::watch:
        who.watches = who.is == state::reading || who.is == state::writing;
        tell_watchers(answer);
        break;
      default:
        break;  // goodbyes and answers are the engine's business
    }
    give_turns(answer);
  }

  /// Shows a checker what its future depends on.
  template <class Show>
  void describe(Show& show) const {
    show.sections(now_.sections);
    for (const party& each : parties_) {
      show(static_cast<std::uint64_t>(each.is));
      if (each.is != state::outside) show(each.wants == access::read ? 0 : 1);
      if (each.is == state::waiting) show(static_cast<std::uint64_t>(each.reply));
      if (each.is != state::outside) show(each.promoted ? 1 : 0);
    }
    for (const int rank : waiting_) show(static_cast<std::uint64_t>(rank));
    if (rules::longest_row > 0) show.lasting(now_.writer_row), show.lasting(now_.reader_row);
  }

 private:
  enum class state { outside, waiting, reading, writing };

  struct party {
    state is = state::outside;
    access wants = access::read;
    verb reply = verb::granted;  // what to say when its turn has come
    bool promoted = false;       // asked as a reader, and would be one again
    bool watches = false;        // to be told when somebody waits to write
    std::uint64_t ticket = 0;
  };

  template <class Answer>
  void enter(int from, party& who, const message& said, Answer&& answer) {
    who = {.wants = said.kind, .ticket = said.ticket};
    if (rules::admits(said.kind, now_)) return admit(from, who, answer);
    if (said.what == verb::try_enter) return tell(from, who, verb::refused, answer);
    enqueue(from, who);
    tell_watchers(answer);
  }

  template <class Answer>
  void promote(int from, party& who, const message& said, Answer&& answer) {
    const bool alone = now_.readers == 1 && !now_.somebody_waits();
    who.ticket = said.ticket;
    if (!alone && said.what == verb::try_promote) return tell(from, who, verb::refused, answer);
    count_out(access::read);
    who = {.wants = access::write, .promoted = true, .ticket = said.ticket};
    if (alone) return admit(from, who, answer);
    enqueue(from, who);
    tell_watchers(answer);
  }

  template <class Answer>
  void tell_watchers(Answer&& answer) {
    if (now_.writers_waiting == 0) return;
    for (std::size_t rank = 0; rank < parties_.size(); ++rank)
      if (std::exchange(parties_[rank].watches, false))
        tell(static_cast<int>(rank), parties_[rank], verb::writer_waits, answer);
  }

  void leave(party& who) {
    if (who.is == state::writing) count_out(access::write);
    if (who.is == state::reading) count_out(access::read);
    who.is = state::outside;
    who.watches = false;
  }

  /// One that has been inside is, and one more in its row.
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

  /// The grant may have crossed this message. Then what was granted is taken back, as if it had
  /// never been; but a promotion stays granted, since its owner must be told something in any case.
  template <class Answer>
  void give_up(int from, party& who, std::uint64_t ticket, Answer&& answer) {
    if (who.ticket != ticket) return;
    if (who.is != state::waiting) {
      if (who.promoted) return;
      if (who.is == state::writing) --now_.writers;
      if (who.is == state::reading) --now_.readers;
      who.is = state::outside;
      return;
    }
    dequeue(from, who);
    if (!who.promoted) return;
    who = {.wants = access::read, .reply = verb::reading_again, .ticket = ticket};
    if (now_.writers == 0) return admit(from, who, answer);
    enqueue(from, who);
  }

  template <class Answer>
  void give_turns(Answer&& answer) {
    while (rules::is_due(now_)) {
      const turn whose = rules::next(now_);
      const bool is_writers =
          whose == turn::one_writer ||
          (whose == turn::first_come && party_of(waiting_.front()).wants == access::write);
      let_in(is_writers ? access::write : access::read, whose, answer);
    }
  }

  template <class Answer>
  void let_in(access kind, turn whose, Answer&& answer) {
    for (auto next = waiting_.begin(); next != waiting_.end();) {
      const int rank = *next++;
      party& who = party_of(rank);
      if (who.wants != kind && whose == turn::first_come) return;  // the rest came later
      if (who.wants != kind) continue;
      dequeue(rank, who);
      admit(rank, who, answer);
      if (kind == access::write || whose == turn::one_reader) return;
    }
  }

  void enqueue(int rank, party& who) {
    who.is = state::waiting;
    ++count_of_waiting(who.wants);
    waiting_.push_back(rank);
  }

  void dequeue(int rank, party& who) {
    who.is = state::outside;
    --count_of_waiting(who.wants);
    waiting_.remove(rank);
  }

  template <class Answer>
  void admit(int rank, party& who, Answer&& answer) {
    const bool reads = who.wants == access::read;
    who.is = reads ? state::reading : state::writing;
    ++(reads ? now_.readers : now_.writers);
    tell(rank, who, who.reply, answer);
  }

  template <class Answer>
  void tell(int rank, const party& who, verb what, Answer&& answer) const {
    answer(rank, message{what, who.wants, who.ticket, now_.sections});
  }

  party& party_of(int rank) { return parties_[static_cast<std::size_t>(rank)]; }

  std::uint64_t& count_of_waiting(access kind) {
    return kind == access::read ? now_.readers_waiting : now_.writers_waiting;
  }

  lock_word now_{};  // the same counts as in the one-sided engine; `writers` is 0 or 1 here
  std::vector<party> parties_;
  std::list<int> waiting_;  // in order of arrival
};

}  // namespace mpilock
