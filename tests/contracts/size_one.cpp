// mpi-test: ranks=1,2 flavours=one
// A communicator of one rank: no window and no messages, but the same states and the same errors.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "everyone.hpp"

namespace {

using contracts::throws_saying;
using mpilock::usage_error;
using namespace std::chrono_literals;

/// A controller over MPI_COMM_SELF. Each rank of the launch has its own.
template <class Backend>
auto alone() {
  return mpilock::sync<Backend>(MPI_COMM_SELF, 0, {.name = "alone"});
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(it_knows_its_rank_and_size, backend, contracts::backends) {
  const auto ctrl = alone<backend>();
  BOOST_TEST(ctrl.rank() == 0);
  BOOST_TEST(ctrl.size() == 1);
  BOOST_TEST(ctrl.root() == 0);
  BOOST_TEST(ctrl.backend_name() == backend::name);
  BOOST_TEST(!ctrl.closed());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(every_way_to_enter_succeeds_at_once, backend, contracts::backends) {
  auto ctrl = alone<backend>();
  { const std::unique_lock lock(ctrl); }
  { const std::shared_lock lock(ctrl); }
  { const std::scoped_lock lock(ctrl); }
  BOOST_TEST(ctrl.try_write().owns_lock());
  BOOST_TEST(ctrl.try_read().owns_lock());
  BOOST_TEST(ctrl.try_write_for(-1s).owns_lock());
  BOOST_TEST(ctrl.try_read_until(std::chrono::system_clock::time_point::min()).owns_lock());
  BOOST_TEST(ctrl.epoch() == 4u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(locks_nest_and_are_upgraded, backend, contracts::backends) {
  auto ctrl = alone<backend>();
  const auto outer = ctrl.read();
  {
    const auto upgraded = ctrl.write();
    const auto inner = ctrl.read();
    BOOST_TEST(ctrl.epoch() == 1u);
  }
  throws_saying<usage_error>({"alone", "unlock()", "read lock"}, [&] { ctrl.unlock(); });
  BOOST_TEST(ctrl.epoch() == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(single_write_in_all_its_forms, backend, contracts::backends) {
  auto ctrl = alone<backend>();
  BOOST_TEST(ctrl.single_write([] { return 1; }) == 1);
  BOOST_TEST(ctrl.single_write(0, [] { return std::string("two"); }) == "two");
  auto fence = ctrl.single_write();
  BOOST_TEST(fence.guard());
  fence.share(3.0);
  BOOST_TEST(fence.template collect<double>() == 3.0);
  BOOST_CHECK_THROW(ctrl.single_write([] { throw std::domain_error("x"); }), std::domain_error);
  { const auto forgotten = ctrl.single_write(); }
  ctrl.barrier();
  BOOST_TEST(ctrl.try_write().owns_lock());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_same_errors, backend, contracts::backends) {
  for (const int root : {-1, 1})
    throws_saying<usage_error>({"root " + std::to_string(root)}, [&] {
      static_cast<void>(mpilock::sync<backend>(MPI_COMM_SELF, root));
    });
  auto ctrl = alone<backend>();
  throws_saying<usage_error>({"alone", "unlock()"}, [&] { ctrl.unlock(); });
  throws_saying<usage_error>({"alone", "unlock_shared()"}, [&] { ctrl.unlock_shared(); });
  throws_saying<usage_error>({"writer 1"}, [&] { ctrl.single_write(1, [] {}); });
  throws_saying<usage_error>({"shared nothing"},
                             [&] { ctrl.single_write().template collect<int>(); });
  ctrl.single_write(
      [&] { throws_saying<usage_error>({"inside a single_write"}, [&] { ctrl.barrier(); }); });
  ctrl.lock();
  throws_saying<usage_error>({"close()", "write lock"}, [&] { ctrl.close(); });
  ctrl.unlock();
  ctrl.close();
  ctrl.close();
  throws_saying<mpilock::closed_error>({"alone"}, [&] { ctrl.lock_shared(); });
}

BOOST_AUTO_TEST_CASE(it_costs_neither_communicator_nor_window) {
  // Each duplicate or window would need one of MPI's contexts, and there are fewer than 5000.
  for (int i = 0; i < 5000; ++i) {
    auto ctrl = mpilock::sync(MPI_COMM_SELF);
    if (i % 1000 == 0) BOOST_TEST(ctrl.try_write().owns_lock());
  }
  std::vector<mpilock::window_controller> many;
  for (int i = 0; i < 5000; ++i) many.emplace_back(MPI_COMM_SELF);  // MPICH has 2,048 contexts
  BOOST_TEST(many.back().try_write().owns_lock());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(unwinding_and_finalize, backend, contracts::backends) {
  try {
    auto ctrl = alone<backend>();
    ctrl.lock();
    throw std::runtime_error("out of here");
  } catch (const std::runtime_error&) {
  }
  static auto left_open = alone<backend>();  // MPI_Finalize closes it
  left_open.lock_shared();
  BOOST_TEST(!left_open.closed());
}
