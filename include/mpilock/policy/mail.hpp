#pragma once
/// @file
/// @brief The word in a mailbox: a grant or a call.
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
  static constexpr std::uint64_t asleep = 1;     ///< the bit that says that the owner sleeps
  static constexpr std::uint64_t tickets = 3;    ///< the bits of a ticket; no ticket is 3
  static constexpr std::uint64_t owes_bit = 16;  ///< the bit of `owes`

  std::uint64_t ticket;    ///< the wait that this letter answers
  std::uint64_t sections;  ///< write sections completed before, modulo 2^48
  bool is_call = false;    ///< true for a call, false for a grant
  bool owes = false;       ///< true if the reader must count itself when it leaves

  /// The letter as a word of a mailbox, with `asleep` not set.
  constexpr std::uint64_t pack() const noexcept {
    return ticket << 1 | (is_call ? 8U : 0U) | (owes ? owes_bit : 0U) | sections << 16;
  }
  /// The letter in a word of a mailbox; `asleep` is ignored.
  static constexpr mail unpack(std::uint64_t bits) noexcept {
    return {(bits >> 1) & tickets, bits >> 16, (bits & 8) != 0, (bits & owes_bit) != 0};
  }
  /// The word of a mailbox without the count of sections.
  static constexpr std::uint64_t without_sections(std::uint64_t bits) noexcept {
    return bits & 0xffff;
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

/// A mail and the rank that it is for.
struct letter {
  int to;                  ///< the rank whose mailbox receives it
  std::uint64_t contents;  ///< a packed `mail`
};

}  // namespace mpilock
