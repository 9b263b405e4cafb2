#pragma once
/// @file
/// @brief The conditions on a communicator that a user passes.

#include <mpi.h>

#include <string>

#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// Local.
/// @param users the communicator that the user passed
/// @param call the user's call, without brackets
/// @throws usage_error unless `users` is an intracommunicator of a running MPI
inline void require_communicator(MPI_Comm users, const std::string& call) {
  const std::string where = "mpilock: " + call;
  if (!mpi_initialized()) throw usage_error(where + "() before MPI_Init; initialise MPI first");
  if (mpi_finalized()) throw usage_error(where + "() after MPI_Finalize; call it before");
  if (users == MPI_COMM_NULL)
    throw usage_error(where +
                      "(MPI_COMM_NULL): only the ranks of a communicator can take part; leave the "
                      "others out of the call");
  int is_inter = 0;
  mpi_call("MPI_Comm_test_inter", MPI_Comm_test_inter(users, &is_inter));
  if (is_inter != 0)
    throw usage_error(where +
                      "() on an intercommunicator; merge it with MPI_Intercomm_merge first");
}

}  // namespace mpilock::detail
