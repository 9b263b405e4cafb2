#pragma once
/// @file
/// @brief The slots in which ranks publish that they wait, and the mailboxes that receive letters.

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "mpilock/engine/checker_note.hpp"
#include "mpilock/policy/mail.hpp"
#include "mpilock/policy/medium.hpp"
#include "mpilock/policy/slot.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// A ticket in a slot says that its owner waits. A rank that swaps the ticket out owns it. It is
/// either the rank that gives the turn, which then owes the owner a letter, or the owner itself,
/// which no longer waits.
///
/// One rank at a time gives turns: only the rank that holds the turn calls `summon`, `hand_over`
/// and `hand_over_to_first`. A rank that withdraws and comes back during such a call is treated as
/// if it had stayed.
template <medium Medium>
class waiting_room {
 public:
  template <class... Args>
  explicit waiting_room(Args&&... args) : medium_(std::forward<Args>(args)...) {
    const auto ranks = static_cast<std::size_t>(medium_.size());
    letters_.reserve(ranks);  // so that giving a turn never allocates
    seen_.reserve(2 * ranks);
  }

  Medium& medium() noexcept { return medium_; }
  const Medium& medium() const noexcept { return medium_; }

  /// Shows a checker the state that this object's future depends on.
  template <class Show>
  void show_state(Show& show) const {
    show.ticket(ticket_);
    for (const letter& each : letters_) {
      show.sections(mail::unpack(each.contents).sections);
      show(mail::without_sections(each.contents)), show(static_cast<std::uint64_t>(each.to));
    }
  }

  /// Publishes that this rank waits.
  void publish(access kind, bool insists = false) { put(kind, slot::pack(ticket_, insists, 0)); }

  /// As `publish`, at the end of the queue.
  void publish_at_end(access kind) {
    const std::uint64_t position = medium_.next_position();
    put(kind, slot::pack(ticket_, false, position));
  }

  /// Takes this rank's slot back. @return false if its turn has been given, so that a letter is on
  /// its way
  bool take_back(access kind) { return medium_.swap_slot(kind, medium_.rank(), 0) != 0; }

  /// Waits for the letter. @return the letter, or nothing if the deadline has passed or `look` has
  /// returned true; `look` is called now and then
  /// @param lock_lies_idle whether the lock may lie idle from the letter until this rank enters
  template <class Clock, class Idle, class Look = no_look>
  std::optional<mail> await(basic_deadline<Clock> until, Idle& idle, Look look = {},
                            bool lock_lies_idle = false) {
    const auto contents = medium_.await(ticket_, until, idle, look, lock_lies_idle);
    if (!contents) return std::nullopt;
    ticket_ = mail::ticket_after(ticket_);
    return mail::unpack(*contents);
  }

  /// How many ranks got a grant, and how many a call.
  struct summons {
    std::uint64_t granted = 0;
    std::uint64_t called = 0;
  };

  /// How many ranks a turn may go to.
  struct limits {
    std::uint64_t letters;  ///< grants and calls together
    std::uint64_t calls;
  };

  /// Takes the tickets of ranks that insist, and writes them grants. Then takes the tickets of
  /// other ranks, and writes them calls. Begins with the rank after this one.
  summons summon(access kind, limits most, std::uint64_t sections) {
    look_at({kind});
    const checker_note keeping(medium_, outline());
    summons done;
    for (const std::uint64_t wish : {slot::insists, std::uint64_t{0}}) {
      for (int i = 1; i <= medium_.size(); ++i) {
        if (letters_.size() >= most.letters || done.called >= most.calls) return done;
        const int owner = (medium_.rank() + i) % medium_.size();
        const std::uint64_t seen = seen_[static_cast<std::size_t>(owner)];
        if (seen == 0 || (seen & slot::insists) != wish) continue;
        const std::uint64_t taken = medium_.swap_slot(kind, owner, 0);
        if (taken == 0) continue;  // it no longer waits
        const bool insists = slot::unpack(taken).has_insisted;
        write(owner, {slot::unpack(taken).ticket, sections, !insists});
        ++(insists ? done.granted : done.called);
      }
    }
    return done;
  }

  /// Takes the tickets of up to `most` ranks, and writes them grants. Begins with the rank after
  /// this one.
  std::uint64_t hand_over(access kind, std::uint64_t most, std::uint64_t sections) {
    look_at({kind});
    const checker_note keeping(medium_, outline());
    return hand_over_if(kind, most, sections, [](std::uint64_t) { return true; });
  }

  /// The kind whose turn it is in the order of arrival, and the number of ranks that got a grant.
  struct first_comers {
    access kind;
    std::uint64_t granted;
  };

  /// As `hand_over`, for the waiters at the head of the queue: all readers before the next writer,
  /// or one writer, if `may_write`. The slots of writers are read last. So a writer that waited
  /// before one of the readers came is seen.
  first_comers hand_over_to_first(std::uint64_t sections, bool may_write) {
    look_at({access::read, access::write});
    const checker_note keeping(medium_, outline());
    const auto ranks = static_cast<std::size_t>(medium_.size());
    const std::uint64_t reader = first_position(std::span(seen_).first(ranks));
    const std::uint64_t writer = first_position(std::span(seen_).last(ranks));
    if (reader < writer)
      return {access::read, hand_over_if(access::read, ranks, sections,
                                         [&](auto position) { return position < writer; })};
    if (!may_write) return {access::write, 0};
    seen_.erase(seen_.begin(), seen_.begin() + medium_.size());
    return {access::write, hand_over_if(access::write, 1, sections,
                                        [&](auto position) { return position == writer; })};
  }

  /// Sends the letters that have been written.
  /// @param owes whether their receivers must count themselves when they leave
  void deliver(bool owes = false) {
    if (owes)
      for (letter& each : letters_) each.contents |= mail::owes_bit;
    medium_.deliver(letters_);
    letters_.clear();
  }

 private:
  void put(access kind, std::uint64_t ticket) { medium_.swap_slot(kind, medium_.rank(), ticket); }

  void look_at(std::initializer_list<access> kinds) {
    letters_.clear();
    const auto ranks = static_cast<std::size_t>(medium_.size());
    seen_.assign(kinds.size() * ranks, 0);
    std::uint64_t before = 0;
    std::size_t begin = 0;
    for (const access kind : kinds) {
      const checker_note keeping(medium_, before);
      medium_.read_slots(kind, 0, std::span(seen_).subspan(begin, ranks));
      begin += ranks;
      before = outline();
    }
  }

  template <class Condition>
  std::uint64_t hand_over_if(access kind, std::uint64_t most, std::uint64_t sections,
                             Condition is_in_turn) {
    for (int i = 1; i <= medium_.size() && letters_.size() < most; ++i) {
      const int owner = (medium_.rank() + i) % medium_.size();
      const std::uint64_t seen = seen_[static_cast<std::size_t>(owner)];
      if (seen == 0 || !is_in_turn(slot::unpack(seen).position)) continue;
      const std::uint64_t taken = medium_.swap_slot(kind, owner, 0);
      if (taken != 0) write(owner, {slot::unpack(taken).ticket, sections});
    }
    return letters_.size();
  }

  void write(int owner, const mail& contents) { letters_.push_back({owner, contents.pack()}); }

  static std::uint64_t first_position(std::span<const std::uint64_t> slots) {
    std::uint64_t first = std::numeric_limits<std::uint64_t>::max();
    for (const std::uint64_t each : slots)
      if (each != 0) first = std::min(first, slot::unpack(each).position);
    return first;
  }

  std::uint64_t outline() const {
    std::uint64_t all = 0;
    for (const std::uint64_t each : seen_) all = slot::outline(all, each);
    return all;
  }

  Medium medium_;
  std::uint64_t ticket_ = 1;         // of the wait that is under way, or of the next one
  std::vector<letter> letters_;      // written, but not sent yet
  std::vector<std::uint64_t> seen_;  // the slots that were read while a turn is given
};

}  // namespace mpilock
