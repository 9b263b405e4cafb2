// mpi-test: ranks=2,3,5 flavours=all
// Messages of the two-sided backend: a request and a grant to enter, and one message to leave,
// however long the wait is. The root and nested sections send none. Both ends count.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <thread>

#include "cost_scene.hpp"

namespace {

using namespace std::chrono_literals;
using costs::access;
using costs::bill_of;

/// The number of messages between a rank and the root.
struct exchange {
  int to_root;
  int from_root;
};
constexpr exchange in{1, 1};              // enter, granted
constexpr exchange out{1, 0};             // leave
constexpr exchange failed_try{1, 1};      // try_enter, refused
constexpr exchange given_up{2, 0};        // enter, give_up
constexpr exchange failed_upgrade{2, 1};  // upgrade, give_up, reading_again

constexpr exchange operator+(exchange a, exchange b) {
  return {a.to_root + b.to_root, a.from_root + b.from_root};
}

/// Checks that this rank made no other calls of MPI than messages and looks.
void expect_messages(const costs::mpi_bill& bill, int sent, int received) {
  costs::mpi_bill rest = bill;
  rest.sent = rest.received = rest.polls = 0;
  costs::expect_nothing(rest);
  BOOST_TEST(bill.sent == sent, bill << "; should have sent " << sent);
  BOOST_TEST(bill.received == received, bill << "; should have received " << received);
}
void expect(const costs::mpi_bill& bill, exchange with_root) {
  expect_messages(bill, with_root.to_root, with_root.from_root);
}

costs::mpi_bill so_far() { return costs::mpi_ledger::of_this_process().so_far(); }

/// Local, for the root. Serves until it has received as many messages since `before`, and a little
/// longer, so that a message too many is noticed. Then checks the numbers that it has sent and
/// received.
template <class Controller>
void expect_served(Controller& ctrl, const costs::mpi_bill& before, int sent, int received) {
  while (so_far().since(before).received < received) ctrl.progress();
  const auto end = std::chrono::steady_clock::now() + 5ms;
  while (std::chrono::steady_clock::now() < end) ctrl.progress();
  const costs::mpi_bill served = so_far().since(before);
  BOOST_TEST(served.sent == sent, served << "; should have sent " << sent);
  BOOST_TEST(served.received == received, served << "; should have received " << received);
}

/// Collective. Rank 1 acts while the root serves it; both count.
template <class Controller, class Action>
void expect_of_rank_1(MPI_Comm users, Controller& ctrl, exchange whole, Action&& action) {
  const costs::mpi_bill before = so_far();
  mpilock_test::meet(users, mpilock_test::serving(ctrl));  // the root may serve rank 1 in here
  if (ctrl.rank() == 1) expect(bill_of(action), whole);
  if (ctrl.rank() == ctrl.root()) expect_served(ctrl, before, whole.from_root, whole.to_root);
  mpilock_test::meet(users, mpilock_test::serving(ctrl));
}

}  // namespace

BOOST_AUTO_TEST_CASE(alone_two_messages_in_and_one_out) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::two_sided, mpilock::polling_progress>(users);
  for (const auto kind : costs::kinds) {
    expect_of_rank_1(users, ctrl, in, [&] { costs::enter(ctrl, kind); });
    expect_of_rank_1(users, ctrl, out, [&] { costs::leave(ctrl, kind); });
  }
  expect_of_rank_1(users, ctrl, in + out, [&] { BOOST_TEST(ctrl.try_read().owns_lock()); });
  expect_of_rank_1(users, ctrl, in + out, [&] { BOOST_TEST(ctrl.try_write_for(1h).owns_lock()); });
}

BOOST_AUTO_TEST_CASE(upgrade_costs_what_a_passage_costs) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::two_sided, mpilock::polling_progress>(users);
  expect_of_rank_1(users, ctrl, in + in + out + out, [&] {
    const auto reading = ctrl.read();
    const auto writing = ctrl.write();
  });
}

BOOST_AUTO_TEST_CASE(the_root_sends_no_message) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::two_sided, mpilock::polling_progress>(users);
  costs::one_after_the_other(users, ctrl, [&] {
    if (ctrl.rank() != ctrl.root()) return;
    for (const auto kind : costs::kinds) {
      expect_messages(bill_of([&] { costs::enter(ctrl, kind); }), 0, 0);
      expect_messages(bill_of([&] { costs::leave(ctrl, kind); }), 0, 0);
    }
  });
}

BOOST_AUTO_TEST_CASE(nested_sections_and_queries_are_free) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::two_sided, mpilock::polling_progress>(users);
  costs::one_after_the_other(users, ctrl, [&] {
    const auto writing = ctrl.write();
    costs::expect_nothing(bill_of([&] {
      const auto reading = ctrl.read();
      const auto again = ctrl.try_write();
      BOOST_TEST(again.owns_lock());
      BOOST_TEST(ctrl.epoch() > 0u);
    }));
  });
}

BOOST_AUTO_TEST_CASE(waiting_takes_no_more_messages) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::two_sided, mpilock::polling_progress>(users);
  const int waiters = ctrl.size() - 1;
  for (const auto wait : costs::waits) {
    if (ctrl.rank() == ctrl.root()) ctrl.lock();
    const costs::mpi_bill before = so_far();
    mpilock_test::meet(users, mpilock_test::serving(ctrl));
    if (ctrl.rank() == ctrl.root()) {
      while (so_far().since(before).received < waiters) ctrl.progress();  // all wait
      std::this_thread::sleep_for(wait);
      ctrl.unlock();
      expect_served(ctrl, before, waiters, 2 * waiters);
    } else {
      expect(bill_of([&] { const auto lock = ctrl.write(); }), in + out);
    }
    mpilock_test::meet(users, mpilock_test::serving(ctrl));
  }
}

BOOST_AUTO_TEST_CASE(a_failed_attempt_costs_the_same_however_long_it_takes) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::two_sided, mpilock::polling_progress>(users);
  if (ctrl.rank() == ctrl.root()) ctrl.lock_shared();
  ctrl.barrier();
  expect_of_rank_1(users, ctrl, failed_try, [&] { BOOST_TEST(!ctrl.try_lock()); });
  for (const auto wait : costs::waits)
    expect_of_rank_1(users, ctrl, given_up, [&] { BOOST_TEST(!ctrl.try_lock_for(wait)); });
  expect_of_rank_1(users, ctrl, in, [&] { ctrl.lock_shared(); });
  expect_of_rank_1(users, ctrl, failed_try, [&] { BOOST_TEST(!ctrl.try_lock()); });
  for (const auto wait : costs::waits)
    expect_of_rank_1(users, ctrl, failed_upgrade, [&] { BOOST_TEST(!ctrl.try_lock_for(wait)); });
  expect_of_rank_1(users, ctrl, out, [&] { ctrl.unlock_shared(); });
  if (ctrl.rank() == ctrl.root()) ctrl.unlock_shared();
}
