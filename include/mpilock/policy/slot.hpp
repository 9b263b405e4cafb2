#pragma once
/// @file
/// @brief The word that a waiting rank publishes.
/// @ingroup policy

#include <cstdint>

#include "mpilock/policy/mail.hpp"

namespace mpilock {

/// The word in a slot while its owner waits.
///
/// | bits   | field                                                                               |
/// | ------ | ----------------------------------------------------------------------------------- |
/// | 0, 1   | the ticket that a letter must carry                                                 |
/// | 2      | `insists`: called in vain too often, so it must be handed the lock (`barging_lock`) |
/// | 3 … 63 | `position` in the queue, if the policy follows the order of arrival; else 0         |
struct slot {
  static constexpr std::uint64_t insists = 4;  ///< the bit that `has_insisted` is about

  std::uint64_t ticket;    ///< the ticket that a letter must carry; 0 if no rank waits
  bool has_insisted;       ///< true if the owner must be handed the lock
  std::uint64_t position;  ///< the position in the queue of waiters, or 0

  /// The word that a rank publishes when it begins to wait.
  static constexpr std::uint64_t pack(std::uint64_t ticket, bool insists_now,
                                      std::uint64_t position) noexcept {
    return ticket | (insists_now ? insists : 0) | position << 3;
  }
  /// The fields of a word in a slot.
  static constexpr slot unpack(std::uint64_t bits) noexcept {
    return {bits & mail::tickets, (bits & insists) != 0, bits >> 3};
  }

  /// For checkers: a number for the states of several slots, one after the other. It ignores
  /// tickets, since they are only names.
  /// @param of_others the number for the slots before this one; 0 for the first one
  /// @param bits the word in this slot
  static constexpr std::uint64_t outline(std::uint64_t of_others, std::uint64_t bits) noexcept {
    const std::uint64_t flags = (bits != 0 ? 1U : 0U) | ((bits & insists) != 0 ? 2U : 0U);
    const std::uint64_t all = of_others << 2 | flags;
    if (bits >> 3 == 0) return all;
    const std::uint64_t mixed = (all + (bits >> 3)) * 0x9e3779b97f4a7c15;
    return mixed ^ mixed >> 31;
  }
};

}  // namespace mpilock
