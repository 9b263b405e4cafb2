// mpi-test: ranks=2,3 flavours=all
// Shared memory. A rank that finds no other rank at the lock makes no call of MPI. A waiting rank
// makes no call that another rank could notice.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <tuple>

#include "cost_scene.hpp"

namespace {

using namespace std::chrono_literals;
using mpilock::shared_memory;
using fairness = std::tuple<mpilock::writer_preferring, mpilock::reader_preferring>;

/// Calls `body(users, ctrl)` if this launch can use the backend.
template <class Fairness, class Body>
void with_controller(Body&& body) {
  const contracts::users_communicator users;
  if (!contracts::is_for_this_launch<shared_memory>(users)) return;
  auto ctrl = mpilock::sync<shared_memory, Fairness>(users);
  body(users, ctrl);
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(alone_every_form_is_free, policy, fairness) {
  with_controller<policy>([](MPI_Comm users, auto& ctrl) {
    costs::one_after_the_other(users, ctrl, [&] {
      const auto soon = std::chrono::steady_clock::now() + 1h;
      costs::expect_nothing(costs::bill_of([&] { const auto lock = ctrl.read(); }));
      costs::expect_nothing(costs::bill_of([&] { const auto lock = ctrl.write(); }));
      costs::expect_nothing(costs::bill_of([&] { const auto lock = ctrl.try_read(); }));
      costs::expect_nothing(costs::bill_of([&] { const auto lock = ctrl.try_write(); }));
      costs::expect_nothing(costs::bill_of([&] { const auto lock = ctrl.try_read_for(1h); }));
      costs::expect_nothing(costs::bill_of([&] { const auto lock = ctrl.try_write_for(1h); }));
      costs::expect_nothing(costs::bill_of([&] { const auto lock = ctrl.try_read_until(soon); }));
      costs::expect_nothing(costs::bill_of([&] { const auto lock = ctrl.try_write_until(soon); }));
    });
  });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(nested_sections_upgrades_and_queries_are_free, policy, fairness) {
  with_controller<policy>([](MPI_Comm users, auto& ctrl) {
    costs::one_after_the_other(users, ctrl, [&] {
      costs::expect_nothing(costs::bill_of([&] {
        const auto reading = ctrl.read();
        const auto again = ctrl.read();
        const auto upgraded = ctrl.write();
        const auto writing = ctrl.try_write();
        BOOST_TEST(writing.owns_lock());
        BOOST_TEST(ctrl.epoch() > 0u);
      }));
    });
  });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_try_is_free, policy, fairness) {
  with_controller<policy>([](MPI_Comm users, auto& ctrl) {
    if (ctrl.rank() == 0) ctrl.lock();
    mpilock_test::meet(users);
    if (ctrl.rank() != 0) {
      costs::expect_nothing(costs::bill_of([&] { BOOST_TEST(!ctrl.try_lock()); }));
      costs::expect_nothing(costs::bill_of([&] { BOOST_TEST(!ctrl.try_lock_shared()); }));
    }
    mpilock_test::meet(users);
    if (ctrl.rank() == 0) ctrl.unlock();
  });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(waiting_only_polls, policy, fairness) {
  with_controller<policy>([](MPI_Comm users, auto& ctrl) {
    for (const auto wait : costs::waits) {
      if (ctrl.rank() == 0) ctrl.lock();
      mpilock_test::meet(users);
      costs::mpi_bill bill = costs::bill_of([&] {
        if (ctrl.rank() == 0) {
          std::this_thread::sleep_for(wait);
          ctrl.unlock();
        } else {
          const auto lock = ctrl.write();
        }
      });
      bill.polls = 0;  // a waiting rank calls MPI between two naps
      costs::expect_nothing(bill);
      mpilock_test::meet(users);
    }
  });
}
