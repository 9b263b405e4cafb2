#pragma once
/// @file
/// @brief The slots in which waits are published, and the mailboxes in which letters arrive.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "mpilock/access.hpp"
#include "mpilock/concepts/medium.hpp"
#include "mpilock/deadline.hpp"
#include "mpilock/engine/kept_in_mind.hpp"
#include "mpilock/engine/mail.hpp"

namespace mpilock {

/// A ticket in a slot says that its owner waits. Whoever swaps it out owns it: the rank that gives
/// the turn, which then owes the owner a letter, or the owner itself, which no longer waits.
template <medium Medium>
class waiting_room {
 public:
  template <class... Args>
  explicit waiting_room(Args&&... args) : medium_(std::forward<Args>(args)...) {
    letters_.reserve(static_cast<std::size_t>(medium_.size()));  // so that a turn never allocates
    seen_.reserve(letters_.capacity());
  }

  Medium& medium_in_use() noexcept { return medium_; }
  const Medium& medium_in_use() const noexcept { return medium_; }

  /// Shows a checker what its future depends on.
  template <class Show>
  void describe(Show& show) const {
    show.ticket(ticket_);
    for (const letter& each : letters_)
      show(each.contents), show(static_cast<std::uint64_t>(each.to));
  }

  /// Publishes that this rank waits.
  void publish(access kind, bool insists = false) {
    medium_.swap_slot(kind, medium_.rank(), ticket_ | (insists ? slot::insists : 0));
  }

  /// Takes this rank's slot back. @return false if its turn has been given: a letter is on its way
  bool take_back(access kind) { return medium_.swap_slot(kind, medium_.rank(), 0) != 0; }

  /// Waits for the letter. @return it, or nothing when the deadline has passed
  template <class Clock, class Idle>
  std::optional<mail> await(basic_deadline<Clock> until, Idle& idle) {
    const auto contents = medium_.await(ticket_, until, idle);
    if (!contents) return std::nullopt;
    ticket_ = mail::ticket_after(ticket_);
    return mail::unpack(*contents);
  }

  /// How many got a grant, how many a call.
  struct summons {
    std::uint64_t granted = 0;
    std::uint64_t called = 0;
  };

  /// Takes the tickets of those who insist, and writes them grants, then up to `most` others, and
  /// writes them calls; of writers, one in all. Begins with the rank after this one. For the one rank
  /// that holds the turn.
  summons summon(access kind, std::uint64_t most, std::uint64_t sections) {
    letters_.clear();
    seen_.resize(static_cast<std::size_t>(medium_.size()));
    medium_.read_slots(kind, 0, seen_);
    const kept_in_mind keeping(medium_, outline(seen_));
    summons done;
    for (const std::uint64_t wish : {slot::insists, std::uint64_t{0}}) {
      for (int i = 1; i <= medium_.size(); ++i) {
        if (kind == access::write && !letters_.empty()) return done;
        if (wish == 0 && done.called == most) return done;
        const int owner = (medium_.rank() + i) % medium_.size();
        const std::uint64_t seen = seen_[static_cast<std::size_t>(owner)];
        if (seen == 0 || (seen & slot::insists) != wish) continue;
        summon_one(kind, owner, sections, done);
      }
    }
    return done;
  }

  /// Sends the letters of the last `summon`.
  void deliver() {
    medium_.deliver(letters_);
    letters_.clear();
  }

 private:
  void summon_one(access kind, int owner, std::uint64_t sections, summons& done) {
    const std::uint64_t taken = medium_.swap_slot(kind, owner, 0);
    if (taken == 0) return;  // it no longer waits
    const bool insists = (taken & slot::insists) != 0;
    letters_.push_back({owner, mail{taken & mail::tickets, sections, !insists}.pack()});
    ++(insists ? done.granted : done.called);
  }

  /// Two bits each: whether it holds a ticket, and whether its owner insists.
  static std::uint64_t outline(std::span<const std::uint64_t> slots) {
    std::uint64_t all = 0;
    for (const std::uint64_t each : slots)
      all = all << 2 | (each != 0 ? 1 : 0) | ((each & slot::insists) != 0 ? 2 : 0);
    return all;
  }

  Medium medium_;
  std::uint64_t ticket_ = 1;         // of the wait that is under way, or comes next
  std::vector<letter> letters_;      // written, not yet sent
  std::vector<std::uint64_t> seen_;  // slots, while they are summoned
};

}  // namespace mpilock
