#pragma once
/// @file
/// @brief The main header: everything that needs only MPI and the standard library.
/// @ingroup mpilock
///
/// No other header of this folder knows the policies by name.

#if __cplusplus < 202002L
#error "mpilock needs C++20: compile with -std=c++20, or in CMake with the target mpilock::mpilock"
#endif

#include <mpi.h>

#include <utility>

#include "mpilock/backend/automatic.hpp"
#include "mpilock/backend/rma_window.hpp"
#include "mpilock/backend/shared_memory.hpp"
#include "mpilock/backend/two_sided.hpp"
#include "mpilock/controller/basic_window_controller.hpp"
#include "mpilock/controller/chosen_policies.hpp"
#include "mpilock/controller/options.hpp"
#include "mpilock/fairness/at_most.hpp"
#include "mpilock/fairness/fifo.hpp"
#include "mpilock/fairness/phase_fair.hpp"
#include "mpilock/fairness/reader_preferring.hpp"
#include "mpilock/fairness/writer_preferring.hpp"
#include "mpilock/progress/automatic_progress.hpp"
#include "mpilock/progress/no_progress.hpp"
#include "mpilock/progress/polling_progress.hpp"
#include "mpilock/progress/threaded_progress.hpp"
#include "mpilock/version.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/member_codec.hpp"

namespace mpilock {

/// The controller with these policies, given in any order. A kind of which none is given has its
/// default.
template <class... Policies>
using controller_with =
    typename detail::chosen_policies<automatic, writer_preferring, automatic_progress,
                                     Policies...>::controller;

/// The controller with the default policies.
using window_controller = controller_with<>;

/// Makes a controller. Collective over `comm`. Throws the same exceptions as the constructor of
/// basic_window_controller.
/// @tparam Policies a backend, a fairness policy and a progress policy, in any order, and only
/// those that differ from the defaults: `sync<fifo>()`, `sync<threaded_progress, two_sided>(comm)`
/// @param comm anything that converts to `MPI_Comm`, such as a `boost::mpi::communicator`
/// @param root the rank that hosts the lock's state, and the default writer of `single_write`
/// @param chosen settings other than the policies
/// @param from the place of this call. It tells controllers without a name from each other
template <class... Policies>
[[nodiscard]] controller_with<Policies...> sync(MPI_Comm comm = MPI_COMM_WORLD, int root = 0,
                                                options chosen = {},
                                                call_site from = call_site::current()) {
  return controller_with<Policies...>(comm, root, std::move(chosen), from);
}

/// The same with the default policies. It is no template, so that the compiler can't prefer another
/// `sync`: after `using namespace mpilock`, a bare `sync()` is ambiguous if POSIX's sync(2) is
/// visible, too. With the template alone, it would call sync(2), and lock nothing.
[[nodiscard]] inline window_controller sync(MPI_Comm comm = MPI_COMM_WORLD, int root = 0,
                                            options chosen = {},
                                            call_site from = call_site::current()) {
  return window_controller(comm, root, std::move(chosen), from);
}

}  // namespace mpilock
