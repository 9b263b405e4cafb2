#pragma once
/// @file
/// @brief How ranks fail together: all ranks or none.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "mpilock/mpi/communicator.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// "ranks 1, 4", or "every rank" if there are several; names at most four ranks.
inline std::string name_ranks(const std::vector<int>& ranks, std::size_t of) {
  if (of > 1 && ranks.size() == of) return "every rank";
  std::string text = ranks.size() == 1 ? "rank " : "ranks ";
  for (std::size_t i = 0; i < std::min<std::size_t>(ranks.size(), 4); ++i)
    text += (i == 0 ? "" : ", ") + std::to_string(ranks[i]);
  return ranks.size() > 4 ? text + ", …" : text;
}

/// The ranks that said the same, in the order of the texts.
inline std::map<std::string, std::vector<int>> by_text(const std::vector<std::string>& said) {
  std::map<std::string, std::vector<int>> ranks;
  for (std::size_t rank = 0; rank < said.size(); ++rank)
    ranks[said[rank]].push_back(static_cast<int>(rank));
  return ranks;
}

/// "rank 2 asks for A; the others ask for B", made from the texts of all ranks.
inline std::string odd_ones_out(const std::vector<std::string>& said) {
  const auto groups = by_text(said);
  const auto usual = std::max_element(groups.begin(), groups.end(), [](auto& a, auto& b) {
    return a.second.size() < b.second.size();
  });
  std::string text;
  for (const auto& [what, ranks] : groups) {
    if (what == usual->first) continue;
    text += name_ranks(ranks, said.size()) + (ranks.size() == 1 ? " asks for " : " ask for ") +
            what + "; ";
  }
  return text + "the others ask for " + usual->first;
}

/// "rank 1: A; ranks 2, 3: B", without the ranks that have no complaint.
inline std::string complaints(const std::vector<std::string>& said) {
  std::string text;
  for (const auto& [what, ranks] : by_text(said)) {
    if (!what.empty())
      text += (text.empty() ? "" : "; ") + name_ranks(ranks, said.size()) + ": " + what;
  }
  return text;
}

/// Collective. Whether all ranks say yes. @throws mismatch_error if a rank has departed instead
template <class Idle>
bool all_say_yes(const communicator& comm, bool mine, Idle& idle) {
  std::int64_t least = mine ? 1 : 0;
  if (!comm.all_reduce_min(std::span(&least, 1), idle))
    throw mismatch_error("mpilock: another rank has left this call by an exception");
  return least == 1;
}

/// Collective. Throws on every rank if any rank passes a failure or has departed.
template <class Idle>
void require_everywhere(const communicator& comm, const std::string& failure, Idle& idle) {
  if (!all_say_yes(comm, failure.empty(), idle))
    throw unavailable_error("mpilock: " + complaints(comm.gather_texts(failure, idle)));
}

}  // namespace mpilock::detail
