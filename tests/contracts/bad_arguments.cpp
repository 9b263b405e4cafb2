// mpi-test: ranks=1,2,3 flavours=all
// Invalid arguments: each raises its own error on every rank, and the message names the argument.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <string>

#include "everyone.hpp"

namespace {

using contracts::everyone_throws;
using contracts::users_communicator;
using mpilock::mismatch_error;
using mpilock::unavailable_error;
using mpilock::usage_error;

template <class Backend, class Fairness = mpilock::writer_preferring>
auto sync_with(MPI_Comm comm, int root = 0, mpilock::options chosen = {}) {
  return mpilock::sync<Backend, Fairness>(comm, root, std::move(chosen));
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_null_communicator) {
  everyone_throws<usage_error>(MPI_COMM_WORLD, {"MPI_COMM_NULL"},
                               [] { static_cast<void>(mpilock::sync(MPI_COMM_NULL)); });
}

BOOST_AUTO_TEST_CASE(an_intercommunicator) {
  const users_communicator users;
  if (users.size() < 2) return;
  const int side = users.rank() % 2;
  MPI_Comm half = MPI_COMM_NULL;
  MPI_Comm both = MPI_COMM_NULL;
  MPI_Comm_split(users, side, 0, &half);
  MPI_Intercomm_create(half, 0, users, 1 - side, 1, &both);
  everyone_throws<usage_error>(users, {"intercommunicator", "MPI_Intercomm_merge"},
                               [&] { static_cast<void>(mpilock::sync(both)); });
  MPI_Comm_free(&both);
  MPI_Comm_free(&half);
}

MPILOCK_CONTRACT(a_root_that_is_no_rank) {
  for (const int root : {-1, users.size(), 1'000'000})
    everyone_throws<usage_error>(
        users, {"root " + std::to_string(root), "0 … " + std::to_string(users.size() - 1)},
        [&] { static_cast<void>(sync_with<backend>(users, root)); });
}

MPILOCK_CONTRACT(a_root_that_is_no_rank_on_one_rank_only) {
  for (int odd = 0; odd < users.size(); ++odd) {
    const int root = users.rank() == odd ? -7 : 0;
    everyone_throws<usage_error>(users, {"rank " + std::to_string(odd), "root -7"},
                                 [&] { static_cast<void>(sync_with<backend>(users, root)); });
  }
}

MPILOCK_CONTRACT(different_roots) {
  if (users.size() < 2) return;
  for (int odd = 0; odd < users.size(); ++odd) {
    const int root = users.rank() == odd ? 1 : 0;
    everyone_throws<mismatch_error>(users, {"root 1", "root 0"},
                                    [&] { static_cast<void>(sync_with<backend>(users, root)); });
  }
}

BOOST_AUTO_TEST_CASE(different_roots_name_the_odd_one_out) {
  const users_communicator users;
  if (users.size() < 3) return;  // with two ranks, neither is in the majority
  for (int odd = 0; odd < users.size(); ++odd) {
    const int root = users.rank() == odd ? 2 : 1;
    everyone_throws<mismatch_error>(
        users, {"rank " + std::to_string(odd) + " asks for root 2", "the others ask for root 1"},
        [&] { static_cast<void>(mpilock::sync(users, root)); });
  }
}

BOOST_AUTO_TEST_CASE(different_backends) {
  const users_communicator users;
  if (users.size() < 2) return;
  const bool odd = users.rank() == users.size() - 1;
  const contracts::words expected{"two_sided", "rma_window"};
  everyone_throws<mismatch_error>(users, expected, [&] {
    if (odd)
      static_cast<void>(sync_with<mpilock::two_sided>(users));
    else
      static_cast<void>(sync_with<mpilock::rma_window>(users));
  });
}

MPILOCK_CONTRACT(different_fairness) {
  if (users.size() < 2) return;
  everyone_throws<mismatch_error>(users, {"reader_preferring", "writer_preferring"}, [&] {
    if (users.rank() == 0)
      static_cast<void>(sync_with<backend, mpilock::reader_preferring>(users));
    else
      static_cast<void>(sync_with<backend, mpilock::writer_preferring>(users));
  });
}

MPILOCK_CONTRACT(different_progress) {
  if (users.size() < 2) return;
  using fairness = mpilock::writer_preferring;
  everyone_throws<mismatch_error>(users, {"no_progress", "polling_progress"}, [&] {
    if (users.rank() == 0)
      static_cast<void>(mpilock::sync<backend, fairness, mpilock::no_progress>(users));
    else
      static_cast<void>(mpilock::sync<backend, fairness, mpilock::polling_progress>(users));
  });
}

MPILOCK_CONTRACT(different_names) {
  if (users.size() < 2) return;
  const std::string name = users.rank() == 1 ? "beta" : "alpha";
  everyone_throws<mismatch_error>(users, {"'alpha'", "'beta'"}, [&] {
    static_cast<void>(sync_with<backend>(users, 0, {.name = name}));
  });
}

BOOST_AUTO_TEST_CASE(shared_memory_over_several_nodes) {
  const users_communicator users;
  if (mpilock_test::on_one_node(users)) return;  // only the flavours *_nodes and *_tcp go on
  const contracts::words expected{"one node", std::to_string(users.size()), "rma_window"};
  everyone_throws<unavailable_error>(
      users, expected, [&] { static_cast<void>(sync_with<mpilock::shared_memory>(users)); });
}

MPILOCK_CONTRACT(after_an_error_the_right_arguments_work) {
  everyone_throws<usage_error>(users, {"root -1"},
                               [&] { static_cast<void>(sync_with<backend>(users, -1)); });
  auto ctrl = sync_with<backend>(users, users.size() - 1, {.name = "second try"});
  BOOST_TEST(ctrl.root() == users.size() - 1);
  BOOST_TEST(ctrl.name() == "second try");
  BOOST_TEST(ctrl.backend_name() == backend::name);
  contracts::still_works(ctrl);
}

MPILOCK_CONTRACT(a_writer_that_is_no_rank) {
  auto ctrl = sync_with<backend>(users);
  for (const int writer : {-1, users.size()}) {
    const contracts::words expected{"writer " + std::to_string(writer)};
    everyone_throws<usage_error>(users, expected,
                                 [&] { static_cast<void>(ctrl.single_write(writer)); });
    everyone_throws<usage_error>(users, expected,
                                 [&] { ctrl.single_write(writer, [] { return 1; }); });
  }
  contracts::still_works(ctrl);
}

MPILOCK_CONTRACT(different_writers) {
  auto ctrl = sync_with<backend>(users);
  if (users.size() < 3) return;
  for (int odd = 0; odd < users.size(); ++odd) {
    const int writer = users.rank() == odd ? 1 : 0;
    everyone_throws<mismatch_error>(
        users, {"rank " + std::to_string(odd) + " asks for writer 1", "writer 0", "single_write"},
        [&] { ctrl.single_write(writer, [] { return 1; }); });
  }
  contracts::still_works(ctrl);
}
