#pragma once
/// @file
/// @brief The main header: everything that needs only MPI and the standard library.
/// @ingroup mpilock
///
/// No other header of this folder knows the policies by name.

#include <mpi.h>

#include <utility>

#include "mpilock/backend/automatic.hpp"
#include "mpilock/backend/big_reader_memory.hpp"
#include "mpilock/backend/rma_window.hpp"
#include "mpilock/backend/shared_memory.hpp"
#include "mpilock/backend/two_sided.hpp"
#include "mpilock/controller/basic_window_controller.hpp"
#include "mpilock/controller/options.hpp"
#include "mpilock/fairness/at_most.hpp"
#include "mpilock/fairness/fifo.hpp"
#include "mpilock/fairness/phase_fair.hpp"
#include "mpilock/fairness/reader_preferring.hpp"
#include "mpilock/fairness/writer_preferring.hpp"
#include "mpilock/progress/no_progress.hpp"
#include "mpilock/progress/polling_progress.hpp"
#include "mpilock/progress/threaded_progress.hpp"
#include "mpilock/version.hpp"

namespace mpilock {

/// The controller with the default policies.
using window_controller = basic_window_controller<automatic, writer_preferring, polling_progress>;

/// Makes a controller. Collective over `comm`. Throws the same exceptions as the constructor of
/// basic_window_controller.
/// @param comm anything that converts to `MPI_Comm`, such as a `boost::mpi::communicator`
/// @param root the rank that hosts the lock's state, and the default writer of `single_write`
/// @param chosen settings other than the policies
template <class Backend = automatic, class FairnessPolicy = writer_preferring,
          class ProgressPolicy = polling_progress>
[[nodiscard]] basic_window_controller<Backend, FairnessPolicy, ProgressPolicy> sync(
    MPI_Comm comm = MPI_COMM_WORLD, int root = 0, options chosen = {}) {
  return basic_window_controller<Backend, FairnessPolicy, ProgressPolicy>(comm, root,
                                                                          std::move(chosen));
}

}  // namespace mpilock
