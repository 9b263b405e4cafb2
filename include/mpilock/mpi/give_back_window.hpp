#pragma once
/// @file
/// @brief What becomes of a window that some rank can't use.

#include <mpi.h>

#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/communicator.hpp"

namespace mpilock::detail {

/// Collective, after a failure that all ranks know of: frees a window, of which no epoch is open, if every
/// rank has it. Where a rank could not even make it, the others keep theirs, unused, until MPI ends:
/// MPI_Win_free is collective over the ranks of the window (MPI 4.0, section 12.2.5, "Window
/// Destruction"), so that those that have it would wait in there for the one that has not.
template <class Idle>
void give_back_window(const communicator& comm, MPI_Win& handle, Idle& idle) {
  if (all_say_yes(comm, handle != MPI_WIN_NULL, idle)) MPI_Win_free(&handle);
}

}  // namespace mpilock::detail
