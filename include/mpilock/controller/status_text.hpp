#pragma once
/// @file
/// @brief What the ranks hold and wait for, in words.
/// @ingroup controller

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <utility>

#include "mpilock/controller/status.hpp"

namespace mpilock::detail {

/// The text has one digit after the point.
inline std::string seconds_since(std::int64_t begin) {
  const double seconds = static_cast<double>(occupation::time() - begin) / 1e9;
  const std::string text = std::to_string(seconds);
  return text.substr(0, text.find('.') + 2);
}

/// Writes the line of a rank that holds or waits.
inline void describe(std::ostream& out, int rank, const status& its) {
  const char* separator = "  rank ";
  for (const auto& [what, verbs] :
       {std::pair(its.holds, "holds a %s lock"), std::pair(its.waits, "waits to %s")}) {
    if (what.mode == 0) continue;
    std::string text = verbs;
    text.replace(text.find("%s"), 2, what.mode == 2 ? "write" : "read");
    out << separator;
    if (separator[0] == ' ') out << rank << ' ';
    out << text << " for " << seconds_since(what.since) << " s, " << what.file.data() << ':'
        << what.line;
    separator = "; it ";
  }
  out << '\n';
}

/// Writes a line for each rank that holds, waits or doesn't answer, and one for all others.
inline void describe(std::ostream& out, std::span<const std::optional<status>> all) {
  int idle = 0;
  for (int rank = 0; rank < static_cast<int>(all.size()); ++rank) {
    const auto& its = all[static_cast<std::size_t>(rank)];
    if (!its)
      out << "  rank " << rank << " does not answer, so nothing is known of it\n";
    else if (its->holds.mode + its->waits.mode == 0)
      ++idle;
    else
      describe(out, rank, *its);
  }
  if (idle > 0)
    out << "  " << idle << (idle == 1 ? " rank neither holds" : " ranks neither hold") << " nor "
        << (idle == 1 ? "waits\n" : "wait\n");
}

}  // namespace mpilock::detail
