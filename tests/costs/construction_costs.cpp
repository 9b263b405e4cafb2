// mpi-test: ranks=1,2,3,5 flavours=all
// The exact calls of MPI when a controller is made and closed: communicators, windows, collective
// calls and all others. Change the tables below only for a change that is intended.

#include <mpi.h>

#include <array>
#include <bit>
#include <boost/test/unit_test.hpp>
#include <map>
#include <optional>
#include <string>

#include "cost_scene.hpp"

namespace {

using calls = std::map<std::string, int>;

calls operator+(calls all, const calls& more) {
  for (const auto& [routine, count] : more) all[routine] += count;
  return all;
}

/// For every backend: is this a communicator, does MPI run, at which thread level, and which rank
/// is this?
const calls questions{{"MPI_Initialized", 1},     {"MPI_Finalized", 1}, {"MPI_Query_thread", 1},
                      {"MPI_Comm_test_inter", 1}, {"MPI_Comm_size", 1}, {"MPI_Comm_rank", 1}};

/// Compares what the ranks ask for and what they have, and finds the number of ranks.
const calls agreement{
    {"MPI_Comm_get_attr", 1}, {"MPI_Iallreduce", 1}, {"MPI_Comm_rank", 2}, {"MPI_Comm_size", 1}};
/// Makes a duplicate without the user's error handler, and checks that all ranks have it.
const calls duplicate{{"MPI_Comm_get_errhandler", 1}, {"MPI_Comm_set_errhandler", 3},
                      {"MPI_Errhandler_free", 1},     {"MPI_Comm_dup_with_info", 1},
                      {"MPI_Comm_set_name", 1},       {"MPI_Comm_set_attr", 1},
                      {"MPI_Iallreduce", 1}};
const calls duplicate_freed{{"MPI_Comm_delete_attr", 1}, {"MPI_Comm_free", 1}};

/// Are all ranks on one node? Has each rank the segment, and is it clear? Messages tell.
const calls shared_segment{{"MPI_Comm_split_type", 1},    {"MPI_Comm_size", 1},
                           {"MPI_Comm_free", 1},          {"MPI_Win_allocate_shared", 1},
                           {"MPI_Win_set_errhandler", 1}, {"MPI_Win_shared_query", 1},
                           {"MPI_Win_set_name", 1}};
const calls segment_freed{{"MPI_Win_free", 1}};
constexpr int segment_rounds = 2;

/// Does the progress policy serve the lock on all ranks?
constexpr int service_rounds = 1;

/// Has each rank the window, and is it clear? Messages tell.
const calls window{{"MPI_Win_allocate", 1}, {"MPI_Win_get_attr", 2}, {"MPI_Win_set_errhandler", 1},
                   {"MPI_Win_lock_all", 1}, {"MPI_Win_sync", 1},     {"MPI_Win_set_name", 1}};
constexpr int window_rounds = 1;
const calls window_freed{{"MPI_Win_unlock_all", 1}, {"MPI_Win_free", 1}};

/// Are the ranks on several hosts? Messages tell.
constexpr int host_rounds = 1;

/// The receive that is always posted is cancelled.
const calls receive_cancelled{{"MPI_Cancel", 1}, {"MPI_Wait", 1}};

/// Checks all counts except that of the looks, which depends on when the other ranks come.
void expect_calls(const costs::mpi_bill& bill, const calls& expected, int sent, int received) {
  BOOST_TEST((bill.others == expected), bill);
  BOOST_TEST(bill.sent == sent, bill);
  BOOST_TEST(bill.received == received, bill);
  BOOST_TEST(bill.operations.empty(), bill);
  BOOST_TEST(bill.round_trips.empty(), bill);
}

/// The messages that a rank sends, and that it receives, when all ranks compare their data once.
int messages_of_round(int ranks) {
  return static_cast<int>(std::bit_width(static_cast<unsigned>(ranks - 1)));
}

/// Without a thread, whose own calls would be counted as well.
template <class Backend>
auto make(MPI_Comm users) {
  return mpilock::sync<Backend, mpilock::polling_progress>(users);
}

/// Checks the costs of making and closing a controller, and a second one on the same communicator.
/// `rounds`: how often the ranks compare their data when it is made. `goodbyes`: the number of
/// ranks to which this one says goodbye; another receive follows each. `posted`: the number of
/// receives that are posted when it is made.
template <class Backend>
void expect_life(const contracts::users_communicator& users, const calls& made, int rounds,
                 const calls& freed, int goodbyes, int posted) {
  { const auto first = make<Backend>(users); }  // hooks into MPI_Finalize once
  const bool alone = users.size() == 1;
  const int round = messages_of_round(users.size());
  std::array<std::optional<decltype(make<Backend>(users))>, 2> ctrls;
  // The ranks meet between two bills, so that the next message of a quick rank counts in the next
  // bill.
  for (auto& ctrl : ctrls) {
    const bool is_first = &ctrl == &ctrls.front();
    expect_calls(
        costs::bill_of([&] { ctrl.emplace(make<Backend>(users)); }),
        alone ? questions : questions + agreement + made + (is_first ? duplicate : calls{}),
        rounds * round, alone ? 0 : rounds * round + posted);
    contracts::meet(users);
  }
  for (auto& ctrl : ctrls) {
    const bool is_last = &ctrl == &ctrls.back();
    expect_calls(costs::bill_of([&] { ctrl->close(); }),
                 alone ? calls{} : freed + (is_last ? duplicate_freed : calls{}),
                 alone ? 0 : round + goodbyes, alone ? 0 : round + goodbyes);
    contracts::meet(users);
    costs::expect_nothing(costs::bill_of([&] { ctrl.reset(); }));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(shared_memory) {
  const contracts::users_communicator users;
  if (!contracts::is_for_this_launch<mpilock::shared_memory>(users)) return;
  expect_life<mpilock::shared_memory>(users, shared_segment, segment_rounds + service_rounds,
                                      segment_freed, 0, 0);
}

BOOST_AUTO_TEST_CASE(rma_window) {
  const contracts::users_communicator users;
  expect_life<mpilock::rma_window>(users, window, window_rounds + host_rounds + service_rounds,
                                   window_freed, 0, 0);
}

BOOST_AUTO_TEST_CASE(two_sided) {
  const contracts::users_communicator users;
  expect_life<mpilock::two_sided>(users, {}, host_rounds + service_rounds, receive_cancelled,
                                  users.rank() == 0 ? users.size() - 1 : 1, 1);
}

BOOST_AUTO_TEST_CASE(automatic_is_shared_memory_at_once_on_one_node) {
  const contracts::users_communicator users;
  if (!contracts::is_for_this_launch<mpilock::shared_memory>(users)) return;
  expect_life<mpilock::automatic>(users, shared_segment, segment_rounds + service_rounds,
                                  segment_freed, 0, 0);
}
