#pragma once
/// @file
/// @brief Whether the ranks of a communicator are on several hosts, and how far they are apart.

#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/waiting.hpp"

namespace mpilock::detail {

/// Collective. Whether the ranks are on hosts of several names. It needs no communicator, of which
/// some MPIs have few. False if a rank has departed.
inline bool spans_hosts(const communicator& comm) {
  if (comm.size() == 1) return false;
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  const auto mine =
      static_cast<std::int64_t>(std::hash<std::string_view>{}(name.data()) >> 1);  // not negative
  std::array<std::int64_t, 2> least{mine, -mine};
  standing_by idle;
  return comm.all_reduce_min(least, idle) && least[0] != -least[1];
}

/// Collective. How long a message takes from rank to rank: a mean of the messages that follow each
/// other in a round of all ranks, in the quickest of a few rounds. 0 if a rank has departed.
inline std::chrono::nanoseconds message_time(const communicator& comm) {
  using clock = std::chrono::steady_clock;
  standing_by idle;
  clock::duration least = clock::duration::max();
  for (int i = 0; i < 8; ++i) {
    const auto begin = clock::now();
    std::int64_t nothing = 0;
    if (!comm.all_reduce_min(std::span(&nothing, 1), idle)) return {};
    least = std::min(least, clock::now() - begin);
  }
  return least / std::bit_width(static_cast<unsigned>(comm.size() - 1));
}

}  // namespace mpilock::detail
