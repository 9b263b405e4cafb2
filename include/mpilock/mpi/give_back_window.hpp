#pragma once
/// @file
/// @brief How the ranks free a window that some rank can't use.

#include <mpi.h>

#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/communicator.hpp"

namespace mpilock::detail {

/// Collective, after a failure that all ranks know of. Frees a window that has no open epoch, if
/// every rank has the window. If a rank could not make it, the other ranks keep theirs, unused,
/// until MPI ends. MPI_Win_free is collective over the ranks of the window (MPI 4.0, section
/// 12.2.5, "Window Destruction"). The ranks that have the window would wait there for the rank that
/// has not.
template <class Idle>
void give_back_window(const communicator& comm, MPI_Win& handle, Idle& idle) {
  if (all_say_yes(comm, handle != MPI_WIN_NULL, idle)) MPI_Win_free(&handle);
}

}  // namespace mpilock::detail
