#pragma once
/// @file
/// @brief Which ranks of a communicator are near each other, and how far they are apart.

#include <mpi.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// Collective. The number of ranks that can share memory with this rank.
/// @throws mpi_error, perhaps on some ranks only
inline int node_size(const communicator& comm) {
  MPI_Comm node = MPI_COMM_NULL;
  mpi_call("MPI_Comm_split_type",
           MPI_Comm_split_type(comm.get(), MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node));
  int size = 0;
  mpi_call("MPI_Comm_size", MPI_Comm_size(node, &size));
  mpi_call("MPI_Comm_free", MPI_Comm_free(&node));
  return size;
}

/// Collective. The same. @throws unavailable_error on every rank, if it fails on any
inline int agreed_node_size(const communicator& comm) {
  int size = 0;
  std::string failure;
  try {
    size = node_size(comm);
  } catch (const mpi_error& why) {  // all ranks must hear of it
    failure = why.what();
  }
  standing_by idle;
  require_everywhere(comm, failure, idle);
  return size;
}

/// Collective. Whether the ranks are on several nodes, the same on all ranks.
/// @throws unavailable_error on every rank, if MPI can't tell
inline bool spans_nodes(const communicator& comm) {
  return comm.size() > 1 && agreed_node_size(comm) < comm.size();
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
