// mpi-test: ranks=1,2 flavours=one timeout=240
// Controllers on one communicator share one duplicate of it, which is freed with the last of them.
// An MPI that has no communicators left causes an error on all ranks.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "everyone.hpp"

namespace {

int duplicates = 0;
int duplicates_with_hints = 0;
int freed = 0;

using controller = mpilock::basic_window_controller<mpilock::two_sided, mpilock::writer_preferring,
                                                    mpilock::polling_progress>;

}  // namespace

extern "C" {

int MPI_Comm_dup(MPI_Comm comm, MPI_Comm* copy) {
  ++duplicates_with_hints;  // MPI_Comm_dup copies the hints
  return PMPI_Comm_dup(comm, copy);
}
int MPI_Comm_dup_with_info(MPI_Comm comm, MPI_Info info, MPI_Comm* copy) {
  ++duplicates;
  if (info != MPI_INFO_NULL) ++duplicates_with_hints;
  return PMPI_Comm_dup_with_info(comm, info, copy);
}
int MPI_Comm_free(MPI_Comm* comm) {
  ++freed;
  return PMPI_Comm_free(comm);
}

}  // extern "C"

BOOST_AUTO_TEST_CASE(many_controllers_on_one_communicator) {
  const contracts::users_communicator users;
  duplicates = duplicates_with_hints = freed = 0;
  {
    std::deque<controller> open;
    for (int i = 0; i < 1'200; ++i) open.emplace_back(users);  // MPICH has fewer contexts than this
    contracts::still_works(open.front());
    contracts::still_works(open.back());
    BOOST_TEST(duplicates == (users.size() > 1 ? 1 : 0));
    BOOST_TEST(freed == 0);
  }
  BOOST_TEST(freed == duplicates);
}

BOOST_AUTO_TEST_CASE(hints_of_the_users_communicator_are_not_handed_on) {
  const contracts::users_communicator users;
  duplicates_with_hints = 0;
  auto ctrl = mpilock::sync(users);
  contracts::still_works(ctrl);
  BOOST_TEST(duplicates_with_hints == 0);
}

BOOST_AUTO_TEST_CASE(controllers_of_one_communicator_in_two_threads) {
  int level = MPI_THREAD_SINGLE;
  MPI_Query_thread(&level);
  if (level < MPI_THREAD_MULTIPLE) return;
  const contracts::users_communicator users;
  controller first(users);
  controller second(users);
  // The two threads run in no common order: messages of one controller never reach the other one.
  std::thread other([&] {
    for (int i = 0; i < 200; ++i)
      BOOST_REQUIRE(second.single_write([&] { return 1'000 + i; }) == 1'000 + i);
  });
  for (int i = 0; i < 200; ++i) BOOST_REQUIRE(first.single_write([&] { return i; }) == i);
  other.join();
}

BOOST_AUTO_TEST_CASE(a_duplicate_outlives_the_users_communicator) {
  contracts::users_communicator users;
  controller first(users);
  controller second(users);
  users.free();
  first.close();
  contracts::still_works(second);
  freed = 0;
  second.close();
  BOOST_TEST(freed == (second.size() > 1 ? 1 : 0));
}

BOOST_AUTO_TEST_CASE(an_mpi_without_communicators_left) {
  const contracts::users_communicator users;
  std::vector<MPI_Comm> parents(1'100);
  for (MPI_Comm& each : parents) PMPI_Comm_dup(users, &each);
  std::deque<controller> open;
  bool has_ended = false;
  for (MPI_Comm each : parents) {
    try {
      open.emplace_back(each);
    } catch (const mpilock::mpi_error& failure) {
      BOOST_TEST(failure.routine() == "MPI_Comm_dup_with_info");
      BOOST_TEST(!failure.text().empty());
      has_ended = true;
      break;
    }
  }
  BOOST_TEST(mpilock_test::sum_over(users, has_ended ? 1 : 0) % users.size() == 0);
  if (!open.empty()) contracts::still_works(open.back());
  open.clear();
  for (MPI_Comm& each : parents) PMPI_Comm_free(&each);
  controller again(users);
  contracts::still_works(again);
}
