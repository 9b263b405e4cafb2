// mpi-test: ranks=2,3 flavours=all
// Rare kinds of bad input: one rank that asks for another policy, a value that can't be read back,
// a fence that is left after it has shared, write sections that are nested too deep, and every kind
// of call on a controller that is closed or moved from.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "everyone.hpp"
#include "mpilock/engine/reentrant_lock.hpp"

namespace {

using contracts::everyone_throws;
using contracts::still_works;
using contracts::throws_saying;
using mpilock::mismatch_error;
using mpilock::usage_error;
using namespace std::chrono_literals;

/// It can be encoded, but not decoded.
struct unreadable {
  int number = 0;
};

/// Collective. `ask` makes one rank ask for something else. The message must name that rank and
/// quote both requests.
template <class Ask>
void the_odd_one_is_named(const contracts::users_communicator& users, const std::string& usual,
                          const std::string& other, Ask&& ask) {
  if (users.size() < 3) return;  // with two ranks, neither is in the majority
  for (int odd = 0; odd < users.size(); ++odd)
    everyone_throws<mismatch_error>(
        users, {"rank " + std::to_string(odd) + " asks for", other, "the others ask for", usual},
        [&] { ask(users.rank() == odd); });
  auto ctrl = mpilock::sync<mpilock::rma_window>(users);
  still_works(ctrl);
}

/// All calls that request or release a lock. All of them are local.
template <class Error, class Controller>
void refuses_every_local_call(Controller& ctrl, const contracts::words& expected) {
  const auto now = std::chrono::steady_clock::now();
  throws_saying<Error>(expected, [&] { ctrl.lock_shared(); });
  throws_saying<Error>(expected, [&] { static_cast<void>(ctrl.try_lock_shared()); });
  throws_saying<Error>(expected, [&] { static_cast<void>(ctrl.try_lock_for(1ms)); });
  throws_saying<Error>(expected, [&] { static_cast<void>(ctrl.try_lock_until(now)); });
  throws_saying<Error>(expected, [&] { static_cast<void>(ctrl.try_lock_shared_for(0ms)); });
  throws_saying<Error>(expected, [&] { static_cast<void>(ctrl.try_lock_shared_until(now)); });
  throws_saying<Error>(expected, [&] { ctrl.unlock_shared(); });
  throws_saying<Error>(expected, [&] { static_cast<void>(ctrl.write()); });
  throws_saying<Error>(expected, [&] { static_cast<void>(ctrl.single_write(0)); });
}

}  // namespace

template <>
struct mpilock::codec<unreadable> {
  static void encode(const unreadable& value, byte_buffer& out) {
    codec<int>::encode(value.number, out);
  }
  static unreadable decode(byte_reader&) { throw std::domain_error("can't be read back"); }
};

BOOST_AUTO_TEST_CASE(one_rank_wants_another_backend) {
  const contracts::users_communicator users;
  the_odd_one_is_named(users, "rma_window", "two_sided", [&](bool odd) {
    if (odd)
      static_cast<void>(mpilock::sync<mpilock::two_sided>(users));
    else
      static_cast<void>(mpilock::sync<mpilock::rma_window>(users));
  });
}

BOOST_AUTO_TEST_CASE(one_rank_wants_another_fairness) {
  const contracts::users_communicator users;
  the_odd_one_is_named(users, "writer_preferring", "reader_preferring", [&](bool odd) {
    if (odd)
      static_cast<void>(mpilock::sync<mpilock::rma_window, mpilock::reader_preferring>(users));
    else
      static_cast<void>(mpilock::sync<mpilock::rma_window>(users));
  });
}

BOOST_AUTO_TEST_CASE(one_rank_wants_another_progress) {
  const contracts::users_communicator users;
  using fairness = mpilock::writer_preferring;
  the_odd_one_is_named(users, "automatic_progress", "no_progress", [&](bool odd) {
    if (odd)
      static_cast<void>(mpilock::sync<mpilock::rma_window, fairness, mpilock::no_progress>(users));
    else
      static_cast<void>(mpilock::sync<mpilock::rma_window>(users));
  });
}

BOOST_AUTO_TEST_CASE(one_rank_gives_another_name) {
  const contracts::users_communicator users;
  the_odd_one_is_named(users, "'alpha'", "'beta'", [&](bool odd) {
    static_cast<void>(
        mpilock::sync<mpilock::rma_window>(users, 0, {.name = odd ? "beta" : "alpha"}));
  });
}

BOOST_AUTO_TEST_CASE(two_ranks_name_different_writers) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::rma_window>(users, 0, {.name = "ledger"});
  if (users.size() == 2) {
    everyone_throws<mismatch_error>(users, {"ledger", "writer 0", "writer 1"},
                                    [&] { ctrl.single_write(users.rank(), [] { return 1; }); });
    everyone_throws<mismatch_error>(users, {"ledger", "writer 0", "writer 1"},
                                    [&] { static_cast<void>(ctrl.single_write(users.rank())); });
  }
  still_works(ctrl);
}

MPILOCK_CONTRACT(a_value_that_cannot_be_read_back) {
  auto ctrl = mpilock::sync<backend>(users);
  for (int writer = 0; writer < users.size(); ++writer) {
    const auto call = [&] { ctrl.single_write(writer, [] { return unreadable{7}; }); };
    if (users.rank() == writer)
      BOOST_CHECK_NO_THROW(call());  // the writer does not read its own value back
    else
      throws_saying<std::domain_error>({"can't be read back"}, call);
    still_works(ctrl);
  }
}

MPILOCK_CONTRACT(the_writer_leaves_by_an_exception_after_it_has_shared) {
  auto ctrl = mpilock::sync<backend>(users);
  for (int writer = 0; writer < users.size(); ++writer) {
    const auto call = [&] {
      auto fence = ctrl.single_write(writer);
      if (fence.guard()) {
        fence.share(5);
        throw std::out_of_range("my own");
      }
      fence.template collect<int>();
    };
    if (users.rank() == writer)
      throws_saying<std::out_of_range>({"my own"}, call);
    else
      throws_saying<mpilock::writer_failed>({"rank " + std::to_string(writer), "collect()"}, call);
    still_works(ctrl);
  }
}

MPILOCK_CONTRACT(writes_nested_without_end) {
  auto ctrl = mpilock::sync<backend>(users, 0, {.name = "ledger"});
  constexpr auto deepest = mpilock::reentrant_lock<int>::deepest;
  {
    const auto reading = ctrl.read();
    for (std::uint32_t i = 0; i < deepest; ++i) ctrl.lock();
    const contracts::words expected{"ledger", std::to_string(deepest), "write", "unlock"};
    throws_saying<usage_error>(expected, [&] { ctrl.lock(); });
    throws_saying<usage_error>(expected, [&] { static_cast<void>(ctrl.try_lock()); });
    BOOST_TEST(ctrl.try_lock_shared());  // read sections are counted apart from write sections
    ctrl.unlock_shared();
    for (std::uint32_t i = 0; i < deepest; ++i) ctrl.unlock();
    throws_saying<usage_error>({"ledger", "unlock()", "read lock"}, [&] { ctrl.unlock(); });
  }
  still_works(ctrl);
}

MPILOCK_CONTRACT(upgrades_of_any_duration_make_a_try) {
  auto ctrl = mpilock::sync<backend>(users);
  const auto try_all = [&] {
    const auto reading = ctrl.read();
    BOOST_TEST(ctrl.try_write_for(0s).owns_lock());
    BOOST_TEST(ctrl.try_write_for(std::chrono::hours::min()).owns_lock());
    BOOST_TEST(ctrl.try_write_for(std::chrono::hours::max()).owns_lock());
    const std::chrono::duration<double> none(std::numeric_limits<double>::quiet_NaN());
    BOOST_TEST(ctrl.try_write_for(none).owns_lock());
    BOOST_TEST(ctrl.try_write_until(std::chrono::steady_clock::time_point::min()).owns_lock());
  };
  for (int turn = 0; turn < users.size(); ++turn) {
    if (users.rank() == turn) {
      { const auto lock = ctrl.write(); }  // waits until the release of the rank before has arrived
      try_all();
    }
    ctrl.barrier();
  }
}

MPILOCK_CONTRACT(every_call_on_a_closed_controller) {
  auto ctrl = mpilock::sync<backend>(users, 0, {.name = "ledger"});
  ctrl.close();
  refuses_every_local_call<mpilock::closed_error>(ctrl, {"ledger", "closed"});
  contracts::meet(users);
}

MPILOCK_CONTRACT(every_call_on_a_moved_from_controller) {
  auto from = mpilock::sync<backend>(users);
  auto ctrl = std::move(from);
  const contracts::words expected{"moved from"};
  refuses_every_local_call<usage_error>(from, expected);
  throws_saying<usage_error>(expected, [&] { from.progress(); });
  throws_saying<usage_error>(expected, [&] { static_cast<void>(from.name()); });
  throws_saying<usage_error>(expected, [&] { static_cast<void>(from.rank()); });
  BOOST_CHECK_NO_THROW(from.close());
  auto nothing = std::move(from);  // moving from it again does not throw either
  BOOST_TEST(nothing.closed());
  still_works(ctrl);
}
