#pragma once
/// @file
/// @brief Where a lock is to be built.
/// @ingroup mpilock

#include <mpi.h>

#include "mpilock/detail/communicator.hpp"

namespace mpilock {

/// What a backend's lock is built from. All ranks agree on it.
struct lock_site {
  /// The controller's own duplicate; the lock may use it until `free`, and owns nothing of it.
  const detail::communicator& comm;
  /// The rank that hosts what there is to host.
  int root;
  /// Whether the progress policy serves others from a thread, so that a root that sits in MPI, or
  /// computes, still answers.
  bool has_thread;
};

}  // namespace mpilock
