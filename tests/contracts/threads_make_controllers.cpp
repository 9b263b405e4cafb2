// mpi-test: ranks=1,2,3 flavours=all
// Several threads of each rank make controllers at the same time, on separate communicators, and
// leave them open. main() calls MPI_Finalize, which closes them in the same order on all ranks.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "everyone.hpp"

namespace {

using controller = mpilock::basic_window_controller<mpilock::two_sided, mpilock::writer_preferring,
                                                    mpilock::polling_progress>;

constexpr int controllers_per_thread = 30;

bool has_threads() {
  int level = MPI_THREAD_SINGLE;
  MPI_Query_thread(&level);
  return level == MPI_THREAD_MULTIPLE;
}

void make_some(MPI_Comm comm, const std::string& name) {
  for (int i = 0; i < controllers_per_thread; ++i) {
    auto* const left_open = new controller(comm, 0, {.name = name + std::to_string(i)});
    if (i % 10 == 0) left_open->barrier();  // only one thread may use Boost.Test
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(threads_that_make_controllers_on_duplicates_of_the_world) {
  if (!has_threads()) return;
  std::vector<MPI_Comm> comms(2);
  for (MPI_Comm& each : comms) MPI_Comm_dup(MPI_COMM_WORLD, &each);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < comms.size(); ++i)
    threads.emplace_back([&, i] { make_some(comms[i], i == 0 ? "A" : "B"); });
  for (auto& each : threads) each.join();
}

BOOST_AUTO_TEST_CASE(threads_that_make_controllers_on_communicators_that_overlap) {
  if (!has_threads()) return;
  const int rank = mpilock_test::rank_in(MPI_COMM_WORLD);
  std::vector<MPI_Comm> comms(2);
  MPI_Comm_split(MPI_COMM_WORLD, rank / 2, 0, &comms[0]);
  MPI_Comm_split(MPI_COMM_WORLD, (rank + 1) / 2, 0, &comms[1]);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < comms.size(); ++i)
    threads.emplace_back([&, i] { make_some(comms[i], i == 0 ? "even" : "odd"); });
  for (auto& each : threads) each.join();
}
