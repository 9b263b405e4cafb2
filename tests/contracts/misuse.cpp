// mpi-test: ranks=1,2,3 flavours=all
// Wrong calls: each raises its own error, breaks nothing, and lets no rank hang.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "everyone.hpp"
#include "mpilock/engine/reentrant_lock.hpp"

namespace {

using contracts::everyone_throws;
using contracts::still_works;
using contracts::throws_saying;
using mpilock::closed_error;
using mpilock::mismatch_error;
using mpilock::usage_error;

/// A controller with a name, so that the tests can look for the name in every message.
template <class Backend>
auto controller(MPI_Comm users) {
  return mpilock::sync<Backend>(users, 0, {.name = "ledger"});
}

}  // namespace

MPILOCK_CONTRACT(unlock_without_a_lock) {
  auto ctrl = controller<backend>(users);
  everyone_throws<usage_error>(users, {"ledger", "unlock()", "holds nothing"},
                               [&] { ctrl.unlock(); });
  everyone_throws<usage_error>(users, {"ledger", "unlock_shared()", "holds nothing"},
                               [&] { ctrl.unlock_shared(); });
  still_works(ctrl);
}

MPILOCK_CONTRACT(unlock_of_the_wrong_mode) {
  auto ctrl = controller<backend>(users);
  ctrl.lock_shared();
  throws_saying<usage_error>({"ledger", "unlock()", "read lock", "unlock_shared()"},
                             [&] { ctrl.unlock(); });
  ctrl.unlock_shared();
  ctrl.lock();
  throws_saying<usage_error>({"ledger", "unlock_shared()", "write lock"},
                             [&] { ctrl.unlock_shared(); });
  ctrl.unlock();
  still_works(ctrl);
}

// The guard's exception names the call that ended its section.
BOOST_AUTO_TEST_CASE(unlock_under_a_living_guard) {
  const contracts::users_communicator users;
  auto ctrl = controller<mpilock::two_sided>(users);
  const auto here = [](unsigned line) { return "misuse.cpp:" + std::to_string(line); };
  const auto ends_twice = [&](auto guard, const contracts::words& expected) {
    throws_saying<usage_error>(expected, [&] { guard.unlock(); });
    guard.release();
  };
  {
    std::unique_lock guard(ctrl);
    ctrl.unlock();
    ends_twice(std::move(guard), {"ledger", "a write guard", "holds nothing", "; unlock() at",
                                  here(__LINE__ - 2), "leave"});
  }
  auto reading = ctrl.read();
  ctrl.unlock_shared();
  const contracts::words expected{"ledger", "holds nothing", "unlock_shared() at",
                                  here(__LINE__ - 2)};
  throws_saying<usage_error>(expected, [&] { static_cast<void>(ctrl.upgrade(reading)); });
  ends_twice(std::move(reading), expected);
  auto writing = ctrl.write();
  ctrl.unlock_and_lock_shared();
  ends_twice(std::move(writing), {"a write guard", "holds a read lock",
                                  "unlock_and_lock_shared() at", here(__LINE__ - 2)});
  throws_saying<usage_error>({"ledger", "': unlock() at", here(__LINE__)}, [&] { ctrl.unlock(); });
  ctrl.unlock_shared();
  const auto call = [&] { ctrl.single_write([&] { ctrl.unlock(); }); };
  if (users.rank() == 0)
    throws_saying<usage_error>({"single_write() at", "holds nothing", "unlock() at"}, call);
  else
    throws_saying<mpilock::writer_failed>({"rank 0"}, call);
  still_works(ctrl);
}

MPILOCK_CONTRACT(close_while_one_rank_holds) {
  auto ctrl = controller<backend>(users);
  for (int holder = 0; holder < users.size(); ++holder) {
    const bool holds = users.rank() == holder;
    if (holds) ctrl.lock();
    everyone_throws<usage_error>(
        users, {"ledger", "rank " + std::to_string(holder), "close()", "write lock"},
        [&] { ctrl.close(); });
    BOOST_TEST(!ctrl.closed());
    if (holds) ctrl.unlock();
    still_works(ctrl);
  }
}

MPILOCK_CONTRACT(close_while_all_ranks_read) {
  auto ctrl = controller<backend>(users);
  ctrl.lock_shared();
  everyone_throws<usage_error>(users, {"ledger", "rank", "close()", "read lock"},
                               [&] { ctrl.close(); });
  ctrl.unlock_shared();
  still_works(ctrl);
}

MPILOCK_CONTRACT(use_after_close) {
  auto ctrl = controller<backend>(users);
  ctrl.close();
  BOOST_TEST(ctrl.closed());
  const contracts::words expected{"ledger", "closed"};
  everyone_throws<closed_error>(users, expected, [&] { ctrl.lock(); });
  everyone_throws<closed_error>(users, expected, [&] { static_cast<void>(ctrl.try_lock()); });
  everyone_throws<closed_error>(users, expected, [&] { static_cast<void>(ctrl.read()); });
  everyone_throws<closed_error>(users, expected, [&] { ctrl.unlock(); });
  everyone_throws<closed_error>(users, expected, [&] { ctrl.barrier(); });
  everyone_throws<closed_error>(users, expected, [&] { ctrl.progress(); });
  everyone_throws<closed_error>(users, expected, [&] { static_cast<void>(ctrl.single_write()); });
  everyone_throws<closed_error>(users, expected, [&] { ctrl.single_write([] { return 1; }); });
  BOOST_TEST(ctrl.name() == "ledger");  // a closed controller still knows its name
  BOOST_TEST(ctrl.size() == users.size());
}

MPILOCK_CONTRACT(close_twice) {
  auto ctrl = controller<backend>(users);
  ctrl.close();
  BOOST_CHECK_NO_THROW(ctrl.close());
  if (users.rank() == 0) BOOST_CHECK_NO_THROW(ctrl.close());  // closing again is local
  BOOST_TEST(ctrl.closed());
  contracts::meet(users);
}

MPILOCK_CONTRACT(use_of_a_moved_from_controller) {
  auto from = controller<backend>(users);
  auto ctrl = std::move(from);
  const contracts::words expected{"moved from"};
  everyone_throws<usage_error>(users, expected, [&] { from.lock(); });
  everyone_throws<usage_error>(users, expected, [&] { static_cast<void>(from.try_read()); });
  everyone_throws<usage_error>(users, expected, [&] { from.barrier(); });
  everyone_throws<usage_error>(users, expected, [&] { static_cast<void>(from.single_write()); });
  everyone_throws<usage_error>(users, expected, [&] { static_cast<void>(from.epoch()); });
  BOOST_TEST(from.closed());
  still_works(ctrl);
}

MPILOCK_CONTRACT(moving_leaves_everything_in_place) {
  auto first = controller<backend>(users);
  auto second = mpilock::sync<backend>(users, users.size() - 1, {.name = "other"});
  second = std::move(first);  // collective: closes the old controller of `second`
  BOOST_TEST(second.name() == "ledger");
  still_works(second);
  std::optional<decltype(second)> third(std::move(second));
  still_works(*third);
  third.reset();
  contracts::meet(users);
}

MPILOCK_CONTRACT(a_collective_inside_a_single_write_body) {
  auto ctrl = controller<backend>(users);
  const contracts::words expected{"ledger", "inside a single_write"};
  const auto nested = [&](auto call) {
    ctrl.single_write([&] {
      throws_saying<usage_error>(expected, call);
      return 1;
    });
  };
  nested([&] { ctrl.barrier(); });
  nested([&] { ctrl.close(); });
  nested([&] { static_cast<void>(ctrl.single_write()); });
  nested([&] { ctrl.single_write([] { return 2; }); });
  still_works(ctrl);
}

MPILOCK_CONTRACT(a_collective_that_escapes_from_a_body) {
  auto ctrl = controller<backend>(users);
  const auto call = [&] { ctrl.single_write([&] { ctrl.barrier(); }); };
  if (users.rank() == 0)
    throws_saying<usage_error>({"ledger", "barrier()", "inside a single_write"}, call);
  else
    throws_saying<mpilock::writer_failed>({"rank 0", "barrier()"}, call);
  still_works(ctrl);
}

MPILOCK_CONTRACT(a_collective_inside_an_open_fence) {
  auto ctrl = controller<backend>(users);
  auto fence = ctrl.single_write();
  const contracts::words expected{"ledger", "inside a single_write", "collect()"};
  throws_saying<usage_error>(expected, [&] { ctrl.barrier(); });
  throws_saying<usage_error>(expected, [&] { ctrl.close(); });
  throws_saying<usage_error>(expected, [&] { static_cast<void>(ctrl.single_write()); });
  if (fence.guard()) fence.share(7);
  BOOST_TEST(fence.template collect<int>() == 7);  // the fence still works
  still_works(ctrl);
}

BOOST_AUTO_TEST_CASE(nesting_without_end) {
  const contracts::users_communicator users;
  auto ctrl = controller<mpilock::two_sided>(users);  // nesting is local, whatever the backend
  constexpr auto deepest = mpilock::reentrant_lock<int>::deepest;
  for (std::uint32_t i = 0; i < deepest; ++i) ctrl.lock_shared();
  throws_saying<usage_error>({"ledger", std::to_string(deepest), "read", "unlock"},
                             [&] { ctrl.lock_shared(); });
  for (std::uint32_t i = 0; i < deepest; ++i) ctrl.unlock_shared();
  throws_saying<usage_error>({"holds nothing"}, [&] { ctrl.unlock_shared(); });
  still_works(ctrl);
}

MPILOCK_CONTRACT(different_collective_calls) {
  if (users.size() < 2) return;
  auto ctrl = controller<backend>(users);
  for (int odd = 0; odd < users.size(); ++odd) {
    const bool is_odd = users.rank() == odd;
    everyone_throws<mismatch_error>(users, {"ledger", "barrier()", "single_write()"},
                                    [&] { is_odd ? ctrl.barrier() : ctrl.single_write([] {}); });
    everyone_throws<mismatch_error>(users, {"ledger", "close()", "barrier()"},
                                    [&] { is_odd ? ctrl.close() : ctrl.barrier(); });
    BOOST_TEST(!ctrl.closed());
  }
  still_works(ctrl);
}
