#pragma once
/// @file
/// @brief The counts that a fairness policy is given.
/// @ingroup policy

#include <cstdint>

namespace mpilock {

/// The number of ranks that are inside and that wait, at one instant at which no writer is inside.
/// A policy that asks for it with `most_in_a_row` also learns how many ranks of a kind have been
/// inside since the other kind was.
///
/// A fairness policy sees nothing else. An engine never asks a policy while a writer is inside,
/// because no rank may enter then; so there is no field for it. A reader that has announced itself
/// but does not know yet whether it may enter counts as inside.
struct census {
  std::uint32_t readers_inside = 0;   ///< ranks that read, or have announced a read
  std::uint32_t readers_waiting = 0;  ///< ranks that wait to read
  std::uint32_t writers_waiting = 0;  ///< ranks that wait to write, upgrades included
  /// Readers that have been inside since a writer was, including those still inside. Exact up to
  /// `most_in_a_row`; beyond that, at least `most_in_a_row`. While no rank waits, a lock that
  /// counts rows of one may leave out readers that share nothing (`biased_lock`).
  std::uint32_t readers_in_a_row = 0;
  /// Writers that have been inside since a reader was, but at most `most_in_a_row`.
  std::uint32_t writers_in_a_row = 0;

  /// Two equal counts: a policy must give the same answer to both.
  constexpr bool operator==(const census&) const = default;
};

}  // namespace mpilock
