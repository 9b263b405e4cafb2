#pragma once
/// @file
/// @brief Which of the ranks that wait is to report a stall, and when.
/// @ingroup controller

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <tuple>

#include "mpilock/controller/status.hpp"

namespace mpilock::detail {

/// A report is due when the longest wait has lasted `patience`. The next one is due whenever that
/// wait has doubled since the last report, by any rank. The rank that has waited longest reports;
/// if there are several, the lowest rank reports. Each rank behind it gives every rank before it
/// another `patience`. So a report also comes if the ranks before it are stopped. Only ranks whose
/// notes can be read count.
///
/// Local. @return when rank `self`, which waits, has to report unless another rank has reported
/// until then, in nanoseconds of the system's clock
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
    if (its->waits.what == business::none) continue;
    first = std::min(first, its->waits.since);
    if (std::tuple(its->waits.since, rank) < std::tuple(mine, self)) ++before;
  }
  const std::int64_t due = reported > first ? 2 * reported - first : first + patience;
  return due + before * patience;
}

}  // namespace mpilock::detail
