#pragma once
/// @file
/// @brief What a waiting rank publishes, and what it finds in its mailbox when its turn has come.
/// @ingroup policy

#include <cstdint>

namespace mpilock {

/// A grant or a call, packed into the one word of a mailbox.
///
/// | bits    | field                                                                             |
/// | ------- | --------------------------------------------------------------------------------- |
/// | 0       | `asleep`: set by the owner alone, for a medium that must wake it; never sent      |
/// | 1, 2    | `ticket`: which of the owner's waits this answers, 1 and 2 taking turns           |
/// | 3       | `is_call`: not a grant; the owner is to come and get in, counted in `called`      |
/// | 4       | `owes`: with a grant to read, where rows are counted: the reader is to count itself |
/// |         | when it leaves (lock_word)                                                        |
/// | 5 … 15  | 0                                                                                 |
/// | 16 … 63 | `sections`: write sections completed before this letter, modulo 2^48              |
///
/// The ticket moves on only when a letter has been received, so a mailbox never holds the ticket of
/// a wait that is still to come, however many waits were given up in between, and two are enough
/// (as in the alternating-bit protocol of Bartlett, Scantlebury and Wilkinson, CACM 12(5), 1969).
struct mail {
  static constexpr std::uint64_t asleep = 1;
  static constexpr std::uint64_t tickets = 3;  ///< the bits of a ticket, none of which is 3

  std::uint64_t ticket;
  std::uint64_t sections;
  bool is_call = false;
  bool owes = false;

  constexpr std::uint64_t pack() const noexcept {
    return ticket << 1 | (is_call ? 8U : 0U) | (owes ? 16U : 0U) | sections << 16;
  }
  static constexpr mail unpack(std::uint64_t bits) noexcept {
    return {(bits >> 1) & tickets, bits >> 16, (bits & 8) != 0, (bits & 16) != 0};
  }
  /// The next ticket; never 0, which marks an empty slot and a mailbox that was never used.
  static constexpr std::uint64_t ticket_after(std::uint64_t ticket) noexcept {
    return tickets - ticket;
  }
  /// The full count of sections, given one that is at most 2^47 away.
  constexpr std::uint64_t sections_near(std::uint64_t known) const noexcept {
    return known + ((sections - known) & ((std::uint64_t{1} << 48) - 1));
  }
};

/// What a slot holds while its owner waits.
///
/// | bits   | field                                                                              |
/// | ------ | ---------------------------------------------------------------------------------- |
/// | 0, 1   | the ticket that a letter must carry                                                |
/// | 2      | `insists`: was called too often in vain, and is to be given the lock (barging_lock) |
/// | 3 … 63 | `position` in the queue of waiters,        where the policy goes by arrival; else 0    |
struct slot {
  static constexpr std::uint64_t insists = 4;

  std::uint64_t ticket;
  bool has_insisted;
  std::uint64_t position;

  static constexpr std::uint64_t pack(std::uint64_t ticket, bool insists_now,
                                      std::uint64_t position) noexcept {
    return ticket | (insists_now ? insists : 0) | position << 3;
  }
  static constexpr slot unpack(std::uint64_t bits) noexcept {
    return {bits & mail::tickets, (bits & insists) != 0, bits >> 3};
  }

  /// For checkers: what matters of several slots, one after the other. Tickets are but names.
  static constexpr std::uint64_t outline(std::uint64_t of_others, std::uint64_t bits) noexcept {
    const std::uint64_t flags = (bits != 0 ? 1U : 0U) | ((bits & insists) != 0 ? 2U : 0U);
    const std::uint64_t all = of_others << 2 | flags;
    if (bits >> 3 == 0) return all;
    const std::uint64_t mixed = (all + (bits >> 3)) * 0x9e3779b97f4a7c15;
    return mixed ^ mixed >> 31;
  }
};

/// A mail and whom it is for.
struct letter {
  int to;
  std::uint64_t contents;
};

}  // namespace mpilock
