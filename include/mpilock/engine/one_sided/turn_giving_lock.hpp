#pragma once
/// @file
/// @brief The side of the one-sided lock that gives turns: it calls ranks, or hands over to them.

#include <cstdint>

#include "mpilock/engine/checker_note.hpp"
#include "mpilock/engine/lock_word.hpp"
#include "mpilock/engine/lock_word_format.hpp"
#include "mpilock/engine/one_sided/counting_lock.hpp"
#include "mpilock/policy/medium.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// The rank whose addition has made a turn due (`counting_lock`) must give the turn. It claims the
/// turn with 1 writer, which shuts the door. If no writer was there before and no rank is called,
/// it alone clears slots of other ranks.
///
/// | event           | what is added to the lock word                                         |
/// | --------------- | ---------------------------------------------------------------------- |
/// | claim           | +1 writer                                                              |
/// | claim in vain   | -1 writer; if a turn is due now, claim again                           |
/// | call            | read and clear m slots; +m called -1 writer; send m letters            |
/// | grant to writer | clear its slot; -1 waiting, rows; the claim becomes its 1 in `writers` |
/// | grant to reader | read and clear m slots; +m reader -m waiting -1 writer; send m letters |
///
///  - call: the receiver tries to enter, beside newcomers. One writer is called, or up to
///    `most_called` readers. While a rank is called, no rank gives a turn. The additions of the
///    called rank ask the question again.
///  - grant: the receiver is inside. Grants go to ranks that insist, and come before calls. If the
///    policy looks back or follows the order of arrival (`turn_taking`), all letters are grants.
///
/// The search for slots begins with the rank after this one, in the circle of ranks.
template <medium Medium, fairness_policy Fairness>
class turn_giving_lock
    : public counting_lock<turn_giving_lock<Medium, Fairness>, Medium, Fairness> {
  using base = counting_lock<turn_giving_lock, Medium, Fairness>;
  friend base;

 public:
  using base::medium;

 protected:
  using base::add, base::added, base::fetch_add, base::format_, base::room_, base::sections_;
  using typename base::rules;

  using base::base;

  /// Claims the turn and gives it to the ranks that the policy names. If the claim meets another
  /// writer or announcement, the next addition of that rank asks again whether a turn is due. It
  /// may then be up to this rank to claim once more.
  void give_turn() {
    for (;; medium().relax()) {
      const lock_word before = fetch_add(format_.writer());
      if (before.writers == 0 && before.called == 0) {
        const outcome what = give(rules::next(before), before);
        if (what == outcome::done) return;
        if (what == outcome::due_again) continue;
      }
      if (!rules::is_due(added(-format_.writer()))) return;
    }
  }

 private:
  /// What has become of a claim.
  enum class outcome {
    held,       ///< no rank was there to take the turn; the claim must be taken back
    done,       ///< the turn has been given
    due_again,  ///< the turn has been given, and another is due: more ranks may wait by now
  };

  outcome give(turn whose, const lock_word& before) {
    const checker_note keeping(
        medium(),
        format_.owed_by_writer(before) + (rules::follows_arrival && before.readers == 0 ? 1 : 0));
    if constexpr (rules::follows_arrival)
      return whose == turn::nobody ? outcome::held : send_to_first(before);
    switch (whose) {
      case turn::one_writer:
        return send_to_writers(before);
      case turn::all_readers:
        return send_to_readers(static_cast<std::uint64_t>(medium().size()));
      case turn::one_reader:
        return send_to_readers(1);
      default:
        return outcome::held;
    }
  }

  outcome send_to_writers(const lock_word& before) {
    if constexpr (rules::hands_over)
      return let_writer_in(before, room_.hand_over(access::write, 1, sections_));
    const auto found = room_.summon(access::write, {.letters = 1, .calls = 1}, sections_);
    if (found.granted > 0) return let_writer_in(before, 1);
    if (found.called == 0) return outcome::held;
    fetch_add(format_.called() - format_.writer());
    room_.deliver();
    return outcome::done;
  }

  outcome send_to_readers(std::uint64_t most) {
    if constexpr (rules::hands_over)
      return let_readers_in(room_.hand_over(access::read, most, sections_), 0);
    const auto found = room_.summon(
        access::read, {.letters = most, .calls = lock_word_format::most_called}, sections_);
    return let_readers_in(found.granted, found.called);
  }

  /// Follows the order of arrival even if the policy names readers, since a writer may have come
  /// first.
  outcome send_to_first(const lock_word& before) {
    const auto found = room_.hand_over_to_first(sections_, before.readers == 0);
    if (found.granted == 0) return outcome::held;
    return found.kind == access::write ? let_writer_in(before, found.granted)
                                       : let_readers_in(found.granted, 0);
  }

  /// The counts change before letters are sent, because their receivers may act at once. The claim,
  /// our 1 in `writers`, becomes the writer's presence.
  outcome let_writer_in(const lock_word& before, std::uint64_t granted) {
    if (granted == 0) return outcome::held;
    fetch_add(format_.owed_by_writer(before) - format_.waiting(access::write));
    room_.deliver();
    return outcome::done;
  }

  /// Readers may have left since the claim, so that the row is longer now. What the new ones owe
  /// follows from the word in which they are counted. Otherwise the row could outgrow its bits.
  outcome let_readers_in(std::uint64_t granted, std::uint64_t called) {
    const std::uint64_t each = format_.reader() - format_.waiting(access::read);
    const lock_word after = added(granted * each + called * format_.called() - format_.writer());
    const bool is_due = rules::is_due(after);
    const checker_note keeping(medium(), is_due ? 1 : 0);
    room_.deliver(format_.owed_by_reader(after) != 0);
    return is_due ? outcome::due_again : outcome::done;
  }
};

}  // namespace mpilock
