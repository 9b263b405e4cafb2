#pragma once
/// @file
/// @brief What becomes of a window that some rank can't use.

#include <mpi.h>

#include <cstdint>
#include <span>

#include "mpilock/detail/communicator.hpp"

namespace mpilock::detail {

/// Collective, after a failure that all ranks know of: frees a window, of which no epoch is open, if every
/// rank has it. Where a rank could not even make it, the others keep theirs, unused, until MPI ends:
/// MPI_Win_free is collective over the ranks of the window (MPI 4.0, section 12.2.5, "Window
/// Destruction"), so that those that have it would wait in there for the one that has not.
template <class Idle>
void give_back_window(const communicator& comm, MPI_Win& handle, Idle& idle) {
  std::int64_t all_have_it = handle != MPI_WIN_NULL ? 1 : 0;
  comm.all_reduce_min(std::span(&all_have_it, 1), idle);
  if (all_have_it != 0) MPI_Win_free(&handle);
}

}  // namespace mpilock::detail
