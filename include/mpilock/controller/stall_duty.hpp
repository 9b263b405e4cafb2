#pragma once
/// @file
/// @brief Which of the ranks that wait is to report a stall, and when.
/// @ingroup controller

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <tuple>

#include "mpilock/controller/status_board.hpp"

namespace mpilock::detail {

/// Reports are due when the longest wait has lasted `patience`, and again whenever its time has
/// doubled since the last one, whoever made that. The rank that has waited longest makes them, of
/// several the lowest. Each rank behind it gives every rank before it another `patience`, so that a
/// report comes also if those are stopped, and counts only ranks whose notes can be read.
///
/// Local. @return when rank `self`, which waits, is to report if nobody has until then, in
/// nanoseconds of the system's clock
inline std::int64_t report_due(std::span<const std::optional<status>> notes, int self,
                               std::int64_t patience) {
  const std::int64_t mine = notes[static_cast<std::size_t>(self)]->waits.since;
  std::int64_t first = mine;
  std::int64_t before = 0;  // ranks
  std::int64_t reported = 0;
  for (int rank = 0; rank < static_cast<int>(notes.size()); ++rank) {
    const auto& its = notes[static_cast<std::size_t>(rank)];
    if (!its) continue;
    reported = std::max(reported, its->reported);
    if (its->waits.mode == 0) continue;
    first = std::min(first, its->waits.since);
    if (std::tuple(its->waits.since, rank) < std::tuple(mine, self)) ++before;
  }
  const std::int64_t due = reported > first ? 2 * reported - first : first + patience;
  return due + before * patience;
}

}  // namespace mpilock::detail
