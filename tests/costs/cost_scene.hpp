#pragma once
/// @file
/// @brief The order in which the ranks act, so that a count covers only one rank's passage.

#include <mpi.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <thread>

#include "contracts/everyone.hpp"
#include "mpi_ledger.hpp"
#include "mpilock/mpi/window.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace costs {

using mpilock::access;

/// The lengths of a wait. The cost must not depend on them.
inline constexpr std::array waits{std::chrono::milliseconds(5), std::chrono::milliseconds(50),
                                  std::chrono::milliseconds(500)};
inline constexpr std::array kinds{access::read, access::write};

template <class Controller>
void enter(Controller& ctrl, access kind) {
  kind == access::read ? ctrl.lock_shared() : ctrl.lock();
}
template <class Controller>
void leave(Controller& ctrl, access kind) {
  kind == access::read ? ctrl.unlock_shared() : ctrl.unlock();
}

/// Collective. Each rank acts alone, while the others serve it.
template <class Controller, class Action>
void one_after_the_other(MPI_Comm users, Controller& ctrl, Action&& action) {
  for (int turn = 0; turn < ctrl.size(); ++turn) {
    mpilock_test::meet(users, mpilock_test::serving(ctrl));
    if (ctrl.rank() == turn) action();
  }
  mpilock_test::meet(users, mpilock_test::serving(ctrl));
}

/// Checks that MPI was not called, not even for a look.
inline void expect_nothing(const mpi_bill& bill) {
  BOOST_TEST((bill == mpi_bill{}), bill << "; should be no call of MPI at all");
}

/// During its lifetime, this rank's next wait sends a message to `whom`, which says that it waits.
class waiting_signal {
 public:
  waiting_signal(MPI_Comm users, int whom) {
    mpi_ledger::of_this_process().when_waiting(
        [this, users, whom] { PMPI_Isend(&said_, 1, MPI_INT64_T, whom, 0, users, &request_); },
        mpilock::detail::window::looks);
  }
  ~waiting_signal() {
    mpi_ledger::of_this_process().when_waiting(nullptr);
    mpilock_test::complete(request_);
  }
  waiting_signal(const waiting_signal&) = delete;
  waiting_signal& operator=(const waiting_signal&) = delete;

 private:
  std::int64_t said_ = 1;
  MPI_Request request_ = MPI_REQUEST_NULL;
};

}  // namespace costs
