#pragma once
/// @file
/// @brief What a fairness policy is told.
/// @ingroup policy

#include <cstdint>

namespace mpilock {

/// How many ranks are inside and how many wait, at one instant, while no writer is inside; and, for
/// a policy that asks for it with `most_in_a_row`, how many of a kind have been inside since the
/// other kind was.
///
/// That is all a fairness policy ever sees. An engine never asks a policy while a writer is inside
/// (nobody may enter then), so there is no field for it. A reader that has announced itself but
/// not yet learnt whether it may enter counts as inside.
struct census {
  std::uint32_t readers_inside = 0;   ///< ranks that read, or have announced that they will
  std::uint32_t readers_waiting = 0;  ///< ranks that wait to read
  std::uint32_t writers_waiting = 0;  ///< ranks that wait to write, upgrades included
  /// Readers that have been inside since a writer was, those who are still inside counted: exact up
  /// to `most_in_a_row`, at least that beyond.
  std::uint32_t readers_in_a_row = 0;
  /// Writers that have been inside since a reader was, `most_in_a_row` if there are more.
  std::uint32_t writers_in_a_row = 0;

  /// Equal counts: a policy must give the same answer.
  constexpr bool operator==(const census&) const = default;
};

}  // namespace mpilock
