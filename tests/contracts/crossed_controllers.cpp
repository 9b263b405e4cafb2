// mpi-test: ranks=2,3,5 flavours=all tcp=1
// Ranks make or destroy controllers in different orders. Made in different order, controllers
// without names are told from each other by the place of their sync(). Destroyed in different
// order, they hold up no rank.

#include <mpi.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "everyone.hpp"

namespace {

using namespace std::chrono_literals;

int freed = 0;  // windows, in this process

template <class Controller>
using controllers = std::vector<std::unique_ptr<Controller>>;

template <class Controller>
controllers<Controller> make_over(const std::vector<MPI_Comm>& comms) {
  controllers<Controller> all;
  for (const MPI_Comm each : comms)
    all.push_back(each == MPI_COMM_NULL ? nullptr : std::make_unique<Controller>(each));
  return all;
}

/// The sections and the collective calls of the controllers that are left still work.
template <class Controller>
void use(const controllers<Controller>& all) {
  for (auto& each : all)
    if (each) contracts::still_works(*each);
}

}  // namespace

// The linker finds this definition before MPI's own.
extern "C" int MPI_Win_free(MPI_Win* window) {
  ++freed;
  return PMPI_Win_free(window);
}

MPILOCK_CONTRACT(destroyed_in_different_order) {
  using controller = mpilock::controller_with<backend>;
  auto all = make_over<controller>(std::vector<MPI_Comm>(3, users));
  use(all);
  std::ranges::rotate(all, all.begin() + users.rank() % 3);
  for (auto& each : all) each.reset();
  auto next = mpilock::sync<backend>(users);
  contracts::still_works(next);
}

/// One rank destroys what the others meet in.
MPILOCK_CONTRACT(destroyed_while_others_are_in_another_call) {
  auto mine = std::make_unique<mpilock::controller_with<backend>>(users);
  auto other = mpilock::sync<backend>(users);
  if (users.rank() == 0) {
    mine.reset();
    other.barrier();
  } else {
    other.barrier();
    mine.reset();
  }
  contracts::still_works(other);
}

/// Each rank shares a communicator with its neighbour, and has another number there. There are no
/// windows here: Open MPI 4.1.4 sometimes fails to make two at once on one node, over communicators
/// without common ranks (MPI_ERR_WIN; open(2) finds no file).
BOOST_AUTO_TEST_CASE(destroyed_in_different_order_on_other_communicators) {
  const contracts::users_communicator users;
  using controller = mpilock::controller_with<mpilock::two_sided>;
  std::vector<MPI_Comm> comms{users, MPI_COMM_NULL, MPI_COMM_NULL};
  MPI_Comm_split(users, users.rank() / 2, -users.rank(), &comms[1]);
  MPI_Comm_split(users, (users.rank() + 1) / 2, users.rank(), &comms[2]);
  auto all = make_over<controller>(comms);
  if (users.rank() % 2 == 1) std::ranges::reverse(all);
  for (auto& each : all) each.reset();
  MPI_Comm_free(&comms[1]);
  MPI_Comm_free(&comms[2]);
  contracts::meet(users);
}

/// Where all ranks keep the same order, every window is given back at once, also if a rank is late.
BOOST_AUTO_TEST_CASE(the_same_order_leaves_nothing_to_mpi_finalize) {
  const contracts::users_communicator users;
  using controller = mpilock::controller_with<mpilock::rma_window>;
  for (int late = 0; late < users.size(); ++late) {
    auto all = make_over<controller>(std::vector<MPI_Comm>(3, users));
    const int before = freed;
    const auto begin = std::chrono::steady_clock::now();
    while (users.rank() == late && std::chrono::steady_clock::now() < begin + 20ms)
      all[0]->progress();  // until the others have looked several times
    for (auto& each : all) each.reset();
    BOOST_TEST(freed - before == 3);
  }
}

BOOST_AUTO_TEST_CASE(made_in_different_order_without_names) {
  const contracts::users_communicator users;
  const auto make_one = [&] { return mpilock::sync(users); };
  const auto make_other = [&] { return mpilock::sync(users); };
  contracts::everyone_throws<mpilock::mismatch_error>(
      users, {"no name, sync() at crossed_controllers.cpp:", "a name to a lock"},
      [&] { users.rank() == 0 ? static_cast<void>(make_one()) : static_cast<void>(make_other()); });
  const auto make_named = [&] { return mpilock::sync(users, 0, {.name = "ledger"}); };
  auto ctrl = users.rank() == 0 ? mpilock::sync(users, 0, {.name = "ledger"}) : make_named();
  contracts::still_works(ctrl);
}
