// mpi-test: ranks=2,3,5 flavours=all
// One-sided operations in a window. A passage takes one round trip in and one out while no other
// rank is at the lock. A wait takes a number of them that hardly depends on its length, and looks
// at the rank's own memory.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <optional>
#include <thread>

#include "cost_scene.hpp"

namespace {

using namespace std::chrono_literals;
using costs::access;
using costs::bill_of;
// Without a thread, whose own operations would be counted as well.
using controller = decltype(mpilock::sync<mpilock::rma_window, mpilock::polling_progress>());

/// Round trips to the home that each step of `barging_lock` costs.
namespace price {
constexpr int looks = mpilock::detail::window::looks;
constexpr int most_calls = mpilock::detail::window::most_calls;

constexpr int arrive = 1;           // adds 1 to present
constexpr int leave = 1;            // takes 1 from present
constexpr int look_on = 1 + looks;  // leaves, and finds the lock taken
constexpr int enqueue = 3;          // counted as waiting, slot published, door opened
constexpr int come_in = 3;          // called: a look, 1 present instead of waiting, called no more
constexpr int upgrade = 1;          // from reader to writer, or back
constexpr int give_up = 3;          // door shut, slot taken back, no longer counted

constexpr int next = mpilock::detail::window::looks_of_next;  // looks of a rank that is next
constexpr int position = 1;                                   // in the queue of `fifo`
constexpr int in_vain = 3;                // called too late: looks, then publishes its slot again
constexpr int looks_in_vain = 3 * looks;  // each is followed by an announcement and its removal
/// The most round trips to enter, whatever the others do meanwhile, without the turns given to
/// them.
constexpr int most_to_enter =
    arrive + 1 + looks_in_vain + enqueue + most_calls * (looks_in_vain + in_vain);
}  // namespace price

/// The round trips of a rank that waits for a rank that stays inside. Under the policy in use, a
/// writer that finds readers begins to wait when it arrives.
constexpr int to_wait_behind(access held, access wanted) {
  const bool looks_on = held == access::write || wanted == access::read;
  return price::arrive + (looks_on ? price::look_on : 0) + price::enqueue;
}

using clock = std::chrono::steady_clock;

/// The most round trips for the looks at the lock word of a rank that has waited so long. The first
/// look is after 10 ms. Each next one follows when the wait has become a sixteenth longer. The last
/// look may see the lock open while the letter is on its way. Then the rank makes a claim, looks at
/// the slot, takes the claim back, and may have to give a turn.
int most_for_looks(int size, clock::duration waited) {
  const double tens = std::chrono::duration<double>(waited).count() / 0.01;
  if (tens < 1) return 0;
  return 2 + static_cast<int>(std::log(tens) / std::log(17. / 16)) + 3 + 4 + size;
}

/// Checks that this rank made `trips` operations at the home, each completed before the next one,
/// and nothing beyond the home. If it has waited, its looks are added. At the home itself nothing
/// is remote, and looks into its own mailbox count like its operations. A rank stops looking for
/// messages when the operation ends, so the number of these looks is bounded.
template <class Controller>
void expect_trips(const Controller& ctrl, const costs::mpi_bill& bill, int trips,
                  std::optional<clock::duration> waited = {}) {
  const int own = ctrl.rank();
  const int most = trips + (waited ? most_for_looks(ctrl.size(), *waited) : 0);
  const int least_there = own == ctrl.root() ? 0 : trips;
  const int most_there = own == ctrl.root() ? 0 : most;
  for (const auto there : {bill.operations_beyond(own), bill.round_trips_beyond(own)}) {
    BOOST_TEST(there >= least_there, bill << "; at least " << least_there);
    BOOST_TEST(there <= most_there, bill << "; at most " << most_there);
  }
  const int here = own == ctrl.root() ? trips : 0;
  if (waited) {
    BOOST_TEST(bill.operations_at(own) > here, bill);
    BOOST_TEST(bill.round_trips_at(own) <= bill.operations_at(own), bill);
  } else {
    constexpr int most_polls = 1000;  // of one trip: see detail::window::wait_politely
    BOOST_TEST(bill.operations_at(own) == here, bill);
    BOOST_TEST(bill.polls <= trips * most_polls, bill);
    BOOST_TEST(bill.round_trips_at(own) == bill.operations_at(own), bill);
  }
  BOOST_TEST(bill.messages() == 0, bill);
  BOOST_TEST(bill.others.empty(), bill);
}

/// The operations of a rank that leaves and gives the next turn to `m` ranks: leave, claim, one
/// look into all slots of a kind, a swap of each slot found, a change of the counts, the letters.
/// Each is an operation and a round trip. The number is exact, since no other rank comes meanwhile
/// in the tests below.
int operations_for_a_turn(int m) { return price::leave + 1 + 1 + m + 1 + m; }

/// At the home itself, only the letters are remote.
void expect_turn(const controller& ctrl, const costs::mpi_bill& bill, int m) {
  const int own = ctrl.rank();
  const bool at_home = own == ctrl.root();
  const int operations = operations_for_a_turn(m);
  const int all = bill.operations_at(own) + bill.operations_beyond(own);
  BOOST_TEST(all <= operations, bill);
  if (all == operations) {  // otherwise a waiting rank has helped itself
    BOOST_TEST(bill.operations_beyond(own) == (at_home ? m : operations), bill);
    BOOST_TEST(bill.round_trips_beyond(own) == (at_home ? m : operations), bill);
  }
  BOOST_TEST(bill.messages() == 0, bill);
  BOOST_TEST(bill.others.empty(), bill);
}

/// Checks the greatest cost of `passages`, whatever other ranks do. After each of its additions, a
/// rank may have to give a turn. But a turn is given once, to ranks that then enter or are called
/// in vain. So there are no more turns than calls on average.
void expect_bounded(const controller& ctrl, const costs::mpi_bill& bill, int passages,
                    clock::duration took) {
  const int turns = (1 + price::most_calls) * ctrl.size();
  const int passage =
      price::most_to_enter + price::leave + turns * operations_for_a_turn(ctrl.size());
  const int most = passages * passage + (1 + price::most_calls) * most_for_looks(ctrl.size(), took);
  BOOST_TEST(bill.operations_beyond(ctrl.rank()) <= most, bill << "; at most " << most);
  BOOST_TEST(bill.messages() == 0, bill);
  BOOST_TEST(bill.others.empty(), bill);
}

/// Collective. `holder` is inside as `held`. `waiter` waits to enter as `wanted`. When it really
/// waits, `holder` stays for another `wait`.
void expect_wait(MPI_Comm users, controller& ctrl, int holder, int waiter, access held,
                 access wanted, std::chrono::milliseconds wait) {
  if (ctrl.rank() == holder) costs::enter(ctrl, held);
  ctrl.barrier();
  if (ctrl.rank() == waiter) {
    const costs::waiting_signal signal(users, holder);
    const auto begin = clock::now();
    const auto entering = bill_of([&] { costs::enter(ctrl, wanted); });
    expect_trips(ctrl, entering, to_wait_behind(held, wanted) + price::come_in,
                 clock::now() - begin);
    expect_trips(ctrl, bill_of([&] { costs::leave(ctrl, wanted); }), price::leave);
  } else if (ctrl.rank() == holder) {
    mpilock_test::hear(users, waiter, mpilock_test::serving(ctrl));
    std::this_thread::sleep_for(wait);
    expect_turn(ctrl, bill_of([&] { costs::leave(ctrl, held); }), 1);
  }
  mpilock_test::meet(users, mpilock_test::serving(ctrl));
}

}  // namespace

BOOST_AUTO_TEST_CASE(alone_one_round_trip_in_and_one_out) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::rma_window, mpilock::polling_progress>(users);
  costs::one_after_the_other(users, ctrl, [&] {
    for (const auto kind : costs::kinds) {
      expect_trips(ctrl, bill_of([&] { costs::enter(ctrl, kind); }), price::arrive);
      expect_trips(ctrl, bill_of([&] { costs::leave(ctrl, kind); }), price::leave);
    }
    const int both = price::arrive + price::leave;
    expect_trips(ctrl, bill_of([&] { BOOST_TEST(ctrl.try_read().owns_lock()); }), both);
    expect_trips(ctrl, bill_of([&] { BOOST_TEST(ctrl.try_write().owns_lock()); }), both);
    expect_trips(ctrl, bill_of([&] { BOOST_TEST(ctrl.try_write_for(1h).owns_lock()); }), both);
  });
}

BOOST_AUTO_TEST_CASE(nested_sections_and_queries_are_free) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::rma_window, mpilock::polling_progress>(users);
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

BOOST_AUTO_TEST_CASE(alone_an_upgrade_is_a_round_trip_each_way) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::rma_window, mpilock::polling_progress>(users);
  costs::one_after_the_other(users, ctrl, [&] {
    const auto reading = ctrl.read();
    expect_trips(ctrl, bill_of([&] { ctrl.lock(); }), price::upgrade);
    expect_trips(ctrl, bill_of([&] { ctrl.unlock(); }), price::upgrade);
  });
}

BOOST_AUTO_TEST_CASE(a_wait_costs_hardly_more_the_longer_it_is) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::rma_window, mpilock::polling_progress>(users);
  const int last = ctrl.size() - 1;
  for (const auto wait : costs::waits) {
    expect_wait(users, ctrl, 0, last, access::write, access::write, wait);
    expect_wait(users, ctrl, 0, last, access::write, access::read, wait);
    expect_wait(users, ctrl, 0, last, access::read, access::write, wait);
    expect_wait(users, ctrl, last, 0, access::write, access::write, wait);  // the home waits
    if (last > 1) expect_wait(users, ctrl, 1, last, access::write, access::read, wait);
  }
}

BOOST_AUTO_TEST_CASE(a_rank_that_is_next_looks_a_few_times_before_it_enqueues) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::rma_window, mpilock::fifo, mpilock::polling_progress>(users);
  const int last = ctrl.size() - 1;
  if (ctrl.rank() == 0) ctrl.lock();
  ctrl.barrier();
  if (ctrl.rank() == last) {
    const costs::waiting_signal signal(users, 0);
    const auto begin = clock::now();
    const auto entering = bill_of([&] { ctrl.lock(); });
    expect_trips(ctrl, entering, price::arrive + price::next + price::enqueue + price::position,
                 clock::now() - begin);
    ctrl.unlock();
  } else if (ctrl.rank() == 0) {
    mpilock_test::hear(users, last, mpilock_test::serving(ctrl));
    ctrl.unlock();
  }
  mpilock_test::meet(users, mpilock_test::serving(ctrl));
}

BOOST_AUTO_TEST_CASE(an_upgrade_that_waits_costs_hardly_more_the_longer_it_takes) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::rma_window, mpilock::polling_progress>(users);
  for (const auto wait : costs::waits) {
    if (ctrl.rank() < 2) ctrl.lock_shared();
    ctrl.barrier();
    if (ctrl.rank() == 1) {
      std::optional<costs::waiting_signal> signal(std::in_place, users, 0);
      const auto begin = clock::now();
      const auto upgrade = bill_of([&] { ctrl.lock(); });
      expect_trips(ctrl, upgrade, price::upgrade + price::enqueue + price::come_in,
                   clock::now() - begin);
      signal.reset();
      expect_trips(ctrl, bill_of([&] { ctrl.unlock(); }), price::upgrade);
      ctrl.unlock_shared();
    } else if (ctrl.rank() == 0) {
      mpilock_test::hear(users, 1, mpilock_test::serving(ctrl));
      std::this_thread::sleep_for(wait);
      expect_turn(ctrl, bill_of([&] { ctrl.unlock_shared(); }), 1);
    }
    mpilock_test::meet(users, mpilock_test::serving(ctrl));
  }
}

BOOST_AUTO_TEST_CASE(several_waits_cost_each_hardly_more_the_longer_they_take) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::rma_window, mpilock::polling_progress>(users);
  const int holder = ctrl.size() - 1;
  for (const auto wait : costs::waits) {
    if (ctrl.rank() == holder) ctrl.lock();
    ctrl.barrier();
    if (ctrl.rank() == holder) {
      for (int waiter = 0; waiter < holder; ++waiter)
        mpilock_test::hear(users, waiter, mpilock_test::serving(ctrl));
      std::this_thread::sleep_for(wait);
      expect_turn(ctrl, bill_of([&] { ctrl.unlock(); }), 1);  // one turn, to a writer
    } else {
      const auto kind = costs::kinds[ctrl.rank() % 2 == 0 ? 0 : 1];
      const costs::waiting_signal signal(users, holder);
      const auto begin = clock::now();
      const auto passage = bill_of([&] { costs::enter(ctrl, kind), costs::leave(ctrl, kind); });
      expect_bounded(ctrl, passage, 1, clock::now() - begin);
    }
    mpilock_test::meet(users, mpilock_test::serving(ctrl));
  }
}

BOOST_AUTO_TEST_CASE(a_turn_costs_a_ticket_and_a_letter_for_each_reader) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::rma_window, mpilock::polling_progress>(users);
  const int readers = ctrl.size() - 1;
  for (const int holder : {0, ctrl.size() - 1}) {
    if (ctrl.rank() == holder) ctrl.lock();
    ctrl.barrier();
    if (ctrl.rank() == holder) {
      for (int reader = 0; reader < ctrl.size(); ++reader)
        if (reader != holder) mpilock_test::hear(users, reader, mpilock_test::serving(ctrl));
      expect_turn(ctrl, bill_of([&] { ctrl.unlock(); }), readers);
    } else {
      const costs::waiting_signal signal(users, holder);
      const auto lock = ctrl.read();
    }
    mpilock_test::meet(users, mpilock_test::serving(ctrl));
  }
}

/// All ranks enter at once, again and again, and do some work inside.
BOOST_AUTO_TEST_CASE(under_load_the_operations_of_a_passage_are_bounded) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::rma_window, mpilock::polling_progress>(users);
  for (const auto work : {0us, 200us}) {
    constexpr int passages = 100;
    ctrl.barrier();
    const auto begin = clock::now();
    const auto all = bill_of([&] {
      for (int i = 0; i < passages; ++i) {
        const auto kind = costs::kinds[(ctrl.rank() + i) % 3 == 0 ? 1 : 0];
        costs::enter(ctrl, kind);
        std::this_thread::sleep_for(work);
        costs::leave(ctrl, kind);
      }
    });
    expect_bounded(ctrl, all, passages, clock::now() - begin);
    mpilock_test::meet(users, mpilock_test::serving(ctrl));
  }
}

BOOST_AUTO_TEST_CASE(a_failed_attempt_costs_hardly_more_the_longer_it_takes) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::rma_window, mpilock::polling_progress>(users);
  constexpr int failed_try = price::arrive + price::leave;
  constexpr int failed_wait = to_wait_behind(access::read, access::write) + price::give_up;
  for (const int turn : {0, ctrl.size() - 1}) {  // the home and another rank
    const bool is_holder = ctrl.rank() == (turn + 1) % ctrl.size();
    if (is_holder) ctrl.lock_shared();
    ctrl.barrier();
    if (ctrl.rank() == turn) {
      expect_trips(ctrl, bill_of([&] { BOOST_TEST(!ctrl.try_lock()); }), failed_try);
      const auto expect_failure = [&](std::chrono::milliseconds wait, int trips) {
        const auto begin = clock::now();
        const auto failure = bill_of([&] { BOOST_TEST(!ctrl.try_lock_for(wait)); });
        expect_trips(ctrl, failure, trips, clock::now() - begin);
      };
      for (const auto wait : costs::waits) expect_failure(wait, failed_wait);
      const auto reading = ctrl.read();  // a failed upgrade costs the same
      expect_trips(ctrl, bill_of([&] { BOOST_TEST(!ctrl.try_lock()); }), 2 * price::upgrade);
      for (const auto wait : costs::waits)
        expect_failure(wait, price::upgrade + price::enqueue + price::give_up);
    }
    mpilock_test::meet(users, mpilock_test::serving(ctrl));
    if (is_holder) ctrl.unlock_shared();
  }
}
