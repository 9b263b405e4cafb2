#pragma once
/// @file
/// @brief What a fairness policy is told.

#include <cstdint>

namespace mpilock {

/// How many ranks are inside and how many wait, at one instant, while no writer is inside.
///
/// That is all a fairness policy ever sees. An engine never asks a policy while a writer is inside
/// (nobody may enter then), so there is no field for it. A reader that has announced itself but
/// not yet learnt whether it may enter counts as inside.
struct census {
  std::uint32_t readers_inside = 0;   ///< ranks that read, or have announced that they will
  std::uint32_t readers_waiting = 0;  ///< ranks that wait to read
  std::uint32_t writers_waiting = 0;  ///< ranks that wait to write, promotions included

  /// Equal counts: a policy must give the same answer.
  constexpr bool operator==(const census&) const = default;
};

}  // namespace mpilock
