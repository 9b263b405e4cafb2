#pragma once
/// @file
/// @brief How many ranks of a communicator are on this node.

#include <mpi.h>

#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/mpi_call.hpp"

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

}  // namespace mpilock::detail
