// mpi-test: ranks=1,2,3 flavours=all
// An MPI that fails: it makes no window, its atomic operations give wrong results, or its calls
// return an error.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "everyone.hpp"
#include "faulty_mpi.hpp"

namespace {

using contracts::everyone_throws;
using contracts::free_leaked;
using contracts::with_faults;
using mpilock::mpi_error;
using mpilock::unavailable_error;

template <class Backend, class Progress = mpilock::polling_progress>
auto make(MPI_Comm users) {
  return mpilock::sync<Backend, mpilock::writer_preferring, Progress>(users);
}

/// Collective. Checks that the construction throws an `Error` on every rank. Then frees the windows
/// that other ranks have made, since the failed construction has lost their handles.
template <class Error, class Backend>
void cannot_be_made(MPI_Comm users, const contracts::faults& what,
                    const contracts::words& expected) {
  everyone_throws<Error>(users, expected, [&] {
    const with_faults set(what);
    static_cast<void>(make<Backend>(users));
  });
  free_leaked();
}

std::string text_of(int code) {
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(code, text, &length);
  return text;
}

/// Local. Checks that `action` throws an mpi_error with the name of the routine and MPI's text.
template <class Action>
bool fails_in(std::string_view routine, int code, Action&& action) {
  try {
    action();
  } catch (const mpi_error& failure) {
    BOOST_TEST(failure.routine() == routine);
    BOOST_TEST(failure.code() == code);
    BOOST_TEST(failure.text() == text_of(code));
    const std::string what = failure.what();
    BOOST_TEST(what.find(failure.routine()) != what.npos);
    BOOST_TEST(what.find(failure.text()) != what.npos);
    return true;
  }
  BOOST_ERROR("no mpi_error");
  return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_window_that_cannot_be_made) {
  const contracts::users_communicator users;
  if (users.size() < 2) return;  // a communicator of one rank needs no window
  const contracts::words expected{"MPI_Win_allocate failed", text_of(MPI_ERR_WIN), "two_sided"};
  cannot_be_made<unavailable_error, mpilock::rma_window>(users, {.windows = true}, expected);
  auto ctrl = make<mpilock::rma_window>(users);
  contracts::still_works(ctrl);
}

BOOST_AUTO_TEST_CASE(a_window_that_one_rank_cannot_make) {
  const contracts::users_communicator users;
  if (users.size() < 2) return;
  for (int odd = 0; odd < users.size(); ++odd) {
    const bool fails = users.rank() == odd;
    const contracts::faults what{.windows = fails, .elsewhere = !fails};
    cannot_be_made<unavailable_error, mpilock::rma_window>(
        users, what, {"rank " + std::to_string(odd), "MPI_Win_allocate failed"});
  }
  auto ctrl = make<mpilock::rma_window>(users);
  contracts::still_works(ctrl);
}

BOOST_AUTO_TEST_CASE(shared_memory_that_cannot_be_had) {
  const contracts::users_communicator users;
  if (users.size() < 2 || !mpilock_test::on_one_node(users)) return;
  const contracts::words expected{"MPI_Win_allocate_shared", text_of(MPI_ERR_WIN), "/dev/shm"};
  cannot_be_made<unavailable_error, mpilock::shared_memory>(users, {.shared_windows = true},
                                                            expected);
  auto ctrl = make<mpilock::shared_memory>(users);
  contracts::still_works(ctrl);
}

BOOST_AUTO_TEST_CASE(automatic_takes_what_is_left) {
  const contracts::users_communicator users;
  if (users.size() < 2) return;
  const auto taken_with = [&]<class Progress = mpilock::threaded_progress>(
      const contracts::faults& what, Progress* = nullptr) {
    auto ctrl = [&] {
      const with_faults set(what);
      return make<mpilock::automatic, Progress>(users);
    }();
    free_leaked();
    contracts::still_works(ctrl);
    return std::string(ctrl.backend_name());
  };
  const bool one_node = mpilock_test::on_one_node(users);
  BOOST_TEST(taken_with({}) == (one_node ? "shared_memory" : "rma_window"));
  BOOST_TEST(taken_with({.shared_windows = true}) == "rma_window");
  BOOST_TEST(taken_with({.windows = true, .shared_windows = true}) == "two_sided");
  BOOST_TEST(taken_with({.shared_windows = true, .sums_are_lost = true}) == "two_sided");
  mpilock::automatic_progress* const if_allowed = nullptr;
  BOOST_TEST(taken_with({.windows = true, .shared_windows = true}, if_allowed) == "two_sided");
}

BOOST_AUTO_TEST_CASE(automatic_says_what_to_change_when_nothing_is_left) {
  const contracts::users_communicator users;
  if (users.size() < 2) return;
  for (const bool lost : {false, true})
    cannot_be_made<unavailable_error, mpilock::automatic>(
        users, {.windows = !lost, .shared_windows = true, .sums_are_lost = lost},
        {"threaded_progress", "two_sided", "ctrl.barrier()",
         lost ? "wrong results" : "MPI_Win_allocate"});
}

BOOST_AUTO_TEST_CASE(a_duplicate_that_cannot_be_made) {
  const contracts::users_communicator users;
  if (users.size() < 2) return;
  everyone_throws<mpi_error>(users, {"MPI_Comm_", text_of(MPI_ERR_NO_MEM)}, [&] {
    const with_faults set({.duplicates = true});
    static_cast<void>(make<mpilock::two_sided>(users));
  });
}

BOOST_AUTO_TEST_CASE(an_atomic_that_fails) {
  const contracts::users_communicator users;
  if (users.size() < 2) return;
  auto ctrl = make<mpilock::rma_window>(users);
  const auto failing = [&] {
    const with_faults set({.atomics = true});
    ctrl.lock();
  };
  BOOST_TEST(fails_in("MPI_Fetch_and_op", MPI_ERR_RMA_SYNC, failing));
  ctrl.barrier();
  contracts::still_works(ctrl);
}

BOOST_AUTO_TEST_CASE(a_message_that_fails) {
  const contracts::users_communicator users;
  auto ctrl = make<mpilock::two_sided>(users);
  if (users.rank() != 0) {
    const auto failing = [&] {
      const with_faults set({.sends = true});
      ctrl.lock_shared();
    };
    BOOST_TEST(fails_in("MPI_Isend", MPI_ERR_OTHER, failing));
  }
  ctrl.barrier();
  contracts::still_works(ctrl);
}

MPILOCK_CONTRACT(a_collective_that_fails) {
  if (users.size() < 2) return;
  auto ctrl = make<backend>(users);
  const auto failing = [&](auto call) {
    return [&, call] {
      const with_faults set({.sends = true});
      call();
    };
  };
  BOOST_TEST(fails_in("MPI_Isend", MPI_ERR_OTHER, failing([&] { ctrl.barrier(); })));
  BOOST_TEST(fails_in("MPI_Isend", MPI_ERR_OTHER, failing([&] { ctrl.close(); })));
  BOOST_TEST(!ctrl.closed());
  contracts::still_works(ctrl);
}
