#pragma once
/// @file
/// @brief The word that a waiting rank publishes, and the letter that answers it in the rank's
/// mailbox.
/// @ingroup policy

#include <cstdint>

namespace mpilock {

/// A grant or a call, packed into the one word of a mailbox.
///
/// | bits    | field                                                                              |
/// | ------- | ---------------------------------------------------------------------------------- |
/// | 0       | `asleep`: set by the owner alone, for a medium that must wake it; never sent       |
/// | 1, 2    | `ticket`: which of the owner's waits this answers; 1 and 2 alternate               |
/// | 3       | `is_call`: not a grant; the owner is to come and enter, and is counted in `called` |
/// | 4       | `owes`: with a grant to read; the reader counts itself on release (`lock_word`)    |
/// | 5 … 15  | 0                                                                                  |
/// | 16 … 63 | `sections`: write sections completed before this letter, modulo 2^48               |
///
/// `owes` is set only where rows are counted.
///
/// The ticket changes only when a letter has been received. So a mailbox never holds the ticket of
/// a later wait, even if several waits in between were given up. Two tickets are therefore enough,
/// as in the alternating-bit protocol of Bartlett, Scantlebury and Wilkinson, CACM 12(5), 1969.
struct mail {
  static constexpr std::uint64_t asleep = 1;   ///< the bit that says that the owner sleeps
  static constexpr std::uint64_t tickets = 3;  ///< the bits of a ticket; no ticket is 3

  std::uint64_t ticket;    ///< the wait that this letter answers
  std::uint64_t sections;  ///< write sections completed before, modulo 2^48
  bool is_call = false;    ///< true for a call, false for a grant
  bool owes = false;       ///< true if the reader must count itself when it leaves

  /// The letter as a word of a mailbox, with `asleep` not set.
  constexpr std::uint64_t pack() const noexcept {
    return ticket << 1 | (is_call ? 8U : 0U) | (owes ? 16U : 0U) | sections << 16;
  }
  /// The letter in a word of a mailbox; `asleep` is ignored.
  static constexpr mail unpack(std::uint64_t bits) noexcept {
    return {(bits >> 1) & tickets, bits >> 16, (bits & 8) != 0, (bits & 16) != 0};
  }
  /// The other ticket. It is never 0, which marks an empty slot and a mailbox that was never used.
  static constexpr std::uint64_t ticket_after(std::uint64_t ticket) noexcept {
    return tickets - ticket;
  }
  /// The full count of write sections, given a known count that is at most 2^47 away.
  constexpr std::uint64_t sections_near(std::uint64_t known) const noexcept {
    return known + ((sections - known) & ((std::uint64_t{1} << 48) - 1));
  }
};

/// The word in a slot while its owner waits.
///
/// | bits   | field                                                                               |
/// | ------ | ----------------------------------------------------------------------------------- |
/// | 0, 1   | the ticket that a letter must carry                                                 |
/// | 2      | `insists`: called in vain too often, so it must be handed the lock (`barging_lock`) |
/// | 3 … 63 | `position` in the queue, if the policy follows the order of arrival; else 0         |
struct slot {
  static constexpr std::uint64_t insists = 4;  ///< the bit that `has_insisted` is about

  std::uint64_t ticket;    ///< the ticket that a letter must carry; 0 if nobody waits
  bool has_insisted;       ///< true if the owner must be handed the lock
  std::uint64_t position;  ///< the place in the queue of waiters, or 0

  /// The word that a rank publishes when it begins to wait.
  static constexpr std::uint64_t pack(std::uint64_t ticket, bool insists_now,
                                      std::uint64_t position) noexcept {
    return ticket | (insists_now ? insists : 0) | position << 3;
  }
  /// The fields of a word in a slot.
  static constexpr slot unpack(std::uint64_t bits) noexcept {
    return {bits & mail::tickets, (bits & insists) != 0, bits >> 3};
  }

  /// For checkers: folds the part of a slot that matters into that of the slots before it. Tickets
  /// are left out, since they are only names.
  static constexpr std::uint64_t outline(std::uint64_t of_others, std::uint64_t bits) noexcept {
    const std::uint64_t flags = (bits != 0 ? 1U : 0U) | ((bits & insists) != 0 ? 2U : 0U);
    const std::uint64_t all = of_others << 2 | flags;
    if (bits >> 3 == 0) return all;
    const std::uint64_t mixed = (all + (bits >> 3)) * 0x9e3779b97f4a7c15;
    return mixed ^ mixed >> 31;
  }
};

/// A mail and the rank that it is for.
struct letter {
  int to;                  ///< the rank whose mailbox receives it
  std::uint64_t contents;  ///< a packed `mail`
};

}  // namespace mpilock
