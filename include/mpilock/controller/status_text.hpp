#pragma once
/// @file
/// @brief What the ranks hold and wait for, in words.
/// @ingroup controller

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mpilock/controller/status.hpp"
#include "mpilock/mpi/agreement.hpp"

namespace mpilock::detail {

/// The text has one digit after the point.
inline std::string seconds_since(std::int64_t begin) {
  const double seconds = static_cast<double>(occupation::time() - begin) / 1e9;
  const std::string text = std::to_string(seconds);
  return text.substr(0, text.find('.') + 2);
}

/// "to write" or "in collect()": what follows the word "waits".
constexpr std::string_view purpose(business what) noexcept {
  constexpr std::array texts{"for nothing",  "to read",           "to write",
                             "in barrier()", "in single_write()", "in collect()",
                             "in close()",   "in the destructor", "in MPI_Finalize"};
  return texts[static_cast<std::size_t>(what)];
}

/// "1.5 s, diary.cpp:7"; of an end that has no place in the source, the place where `sync` was.
inline std::string time_and_place(const occupation& its) {
  const bool is_end = its.what == business::destructor || its.what == business::finalize;
  return seconds_since(its.since) + " s, " + (is_end ? "made at " : "") + its.file.data() + ':' +
         std::to_string(its.line);
}

/// Writes the line of a rank that holds or waits.
inline void describe(std::ostream& out, int rank, const status& its) {
  out << "  rank " << rank;
  if (its.holds.what != business::none)
    out << " holds a " << (its.holds.what == business::writing ? "write" : "read") << " lock for "
        << time_and_place(its.holds);
  if (its.waits.what != business::none)
    out << (its.holds.what == business::none ? " waits " : "; it waits ") << purpose(its.waits.what)
        << " for " << time_and_place(its.waits);
  out << '\n';
}

/// "rank 2 has waited in barrier() for 1.5 s, diary.cpp:7, for rank 3": of a collective call also
/// the ranks that are in none.
inline std::string describe_stall(int rank, std::span<const std::optional<status>> all) {
  const occupation& wait = all[static_cast<std::size_t>(rank)]->waits;
  std::string text = "rank " + std::to_string(rank) + " has waited ";
  text.append(purpose(wait.what)).append(" for ").append(time_and_place(wait));
  if (!is_collective(wait.what)) return text;
  std::vector<int> missing;
  for (std::size_t each = 0; each < all.size(); ++each)
    if (!all[each] || !is_collective(all[each]->waits.what))
      missing.push_back(static_cast<int>(each));
  return missing.empty() ? text : text + ", for " + name_ranks(missing, all.size());
}

/// Writes a line for each rank that holds, waits or doesn't answer, and one for all others.
inline void describe(std::ostream& out, std::span<const std::optional<status>> all) {
  int idle = 0;
  for (int rank = 0; rank < static_cast<int>(all.size()); ++rank) {
    const auto& its = all[static_cast<std::size_t>(rank)];
    if (!its)
      out << "  rank " << rank << " does not answer, so nothing is known of it\n";
    else if (its->holds.what == business::none && its->waits.what == business::none)
      ++idle;
    else
      describe(out, rank, *its);
  }
  if (idle > 0)
    out << "  " << idle << (idle == 1 ? " rank neither holds" : " ranks neither hold") << " nor "
        << (idle == 1 ? "waits\n" : "wait\n");
}

}  // namespace mpilock::detail
