// mpi-test: ranks=1,2,3 flavours=all
// The timed and try forms: any duration makes at least one try, a failed attempt leaves no trace,
// and a grant that races the deadline is not lost.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>

#include "everyone.hpp"

namespace {

using namespace std::chrono_literals;
using mpilock_test::serving;

}  // namespace

MPILOCK_CONTRACT(durations_of_every_kind_make_at_least_one_try) {
  auto ctrl = mpilock::sync<backend>(users);
  using std::chrono::system_clock;
  const auto everything = [&] {
    { const auto lock = ctrl.write(); }  // waits until the release of the rank before has arrived
    BOOST_TEST(ctrl.try_write_for(0s).owns_lock());
    BOOST_TEST(ctrl.try_read_for(-5min).owns_lock());
    BOOST_TEST(ctrl.try_write_for(std::chrono::hours::max()).owns_lock());
    BOOST_TEST(ctrl.try_read_for(std::chrono::hours::min()).owns_lock());
    BOOST_TEST(ctrl.try_write_for(std::chrono::duration<double>::max()).owns_lock());
    BOOST_TEST(ctrl.try_write_until(system_clock::time_point::min()).owns_lock());
    BOOST_TEST(ctrl.try_write_until(system_clock::time_point::max()).owns_lock());
    BOOST_TEST(ctrl.try_read_until(system_clock::now() - 1h).owns_lock());
    BOOST_TEST(ctrl.try_read_until(std::chrono::steady_clock::time_point::max()).owns_lock());
  };
  for (int turn = 0; turn < users.size(); ++turn) {
    if (users.rank() == turn) everything();
    ctrl.barrier();
  }
}

MPILOCK_CONTRACT(a_failed_attempt_leaves_no_trace) {
  if (users.size() < 2) return;
  auto ctrl = mpilock::sync<backend>(users);
  if (users.rank() == 0) ctrl.lock();
  ctrl.barrier();
  if (users.rank() != 0) {
    BOOST_TEST(!ctrl.try_write().owns_lock());
    BOOST_TEST(!ctrl.try_read().owns_lock());
    for (const auto patience : {-1ms, 0ms, 1ms, 5ms}) {
      BOOST_TEST(!ctrl.try_write_for(patience).owns_lock());
      BOOST_TEST(!ctrl.try_read_until(std::chrono::system_clock::now() + patience).owns_lock());
    }
  }
  ctrl.barrier();
  const auto sections = ctrl.epoch();
  if (users.rank() == 0) {
    ctrl.unlock();
    BOOST_TEST(ctrl.try_write_for(30s).owns_lock());  // no rank waits any more
    BOOST_TEST(ctrl.epoch() == sections + 1);
  }
  ctrl.barrier();
}

MPILOCK_CONTRACT(a_grant_that_races_the_deadline_is_never_lost) {
  auto ctrl = mpilock::sync<backend>(users);
  std::int64_t taken = 0;
  const int attempts = mpilock_test::is_long_form() ? 5000 : 200;
  for (int i = 0; i < attempts; ++i) {
    const auto patience = std::chrono::microseconds((i * 37 + users.rank() * 11) % 120);
    if (i % 3 != 0) {
      taken += ctrl.try_write_for(patience).owns_lock() ? 1 : 0;
    } else if (const auto reading = ctrl.try_read_for(patience)) {
      taken += ctrl.try_write_for(patience).owns_lock() ? 1 : 0;  // an upgrade
    }
  }
  const std::int64_t all = mpilock_test::sum_over(users, taken, serving(ctrl));
  ctrl.barrier();
  { const auto lock = ctrl.read(); }  // a lost grant would block this for ever
  BOOST_TEST(ctrl.epoch() == static_cast<std::uint64_t>(all));
  ctrl.barrier();
}
