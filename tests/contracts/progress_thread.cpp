// mpi-test: ranks=1,2,3 flavours=one
// The background thread of threaded_progress, and of automatic_progress, which is the default.
// There is one for each process, and only where it is of use. It ends when no controller needs it,
// and costs nearly nothing while no rank asks for anything.

#include <mpi.h>
#include <sys/resource.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <optional>
#include <thread>
#include <vector>

#include "everyone.hpp"

namespace {

using namespace std::chrono_literals;

template <class Backend>
using controller = mpilock::basic_window_controller<Backend, mpilock::writer_preferring,
                                                    mpilock::threaded_progress>;

std::ptrdiff_t threads() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

/// A thread that has been joined may stay in the list for a moment.
bool comes_back_to(std::ptrdiff_t number) {
  for (const auto end = std::chrono::steady_clock::now() + 5s;
       threads() != number && std::chrono::steady_clock::now() < end;)
    std::this_thread::yield();
  return threads() == number;
}

std::chrono::microseconds cpu_time() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto in_us = [](const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
  };
  return in_us(used.ru_utime) + in_us(used.ru_stime);
}

/// MPI may start threads of its own with the first window. The test must not count those.
template <class Backend>
void let_mpi_start_its_own(MPI_Comm users) {
  auto first = mpilock::sync<Backend, mpilock::polling_progress>(users);
  contracts::still_works(first);
}

}  // namespace

MPILOCK_CONTRACT(one_thread_for_all_controllers_where_it_is_of_use) {
  let_mpi_start_its_own<backend>(users);
  const bool others_need_it = backend::name != mpilock::shared_memory::name && users.size() > 1;
  const std::ptrdiff_t before = threads();
  for (const int root : {0, users.size() - 1}) {
    std::vector<controller<backend>> open;
    for (int i = 0; i < 5; ++i) open.emplace_back(users, root);
    const std::ptrdiff_t expected = before + (others_need_it && users.rank() == root ? 1 : 0);
    BOOST_TEST(threads() == expected);
    contracts::still_works(open.front());
    BOOST_TEST(threads() == expected);
    for (int i = 0; i < 4; ++i) open[static_cast<std::size_t>(i)].close();
    BOOST_TEST(threads() == expected);  // one controller is still open
    contracts::still_works(open.back());
    open.back().close();
    BOOST_TEST(comes_back_to(before));
    contracts::meet(users);
  }
}

MPILOCK_CONTRACT(the_default_has_the_same_thread) {
  let_mpi_start_its_own<backend>(users);
  const bool others_need_it = backend::name != mpilock::shared_memory::name && users.size() > 1;
  const std::ptrdiff_t before = threads();
  controller<backend> threaded(users, 0);
  auto usual = mpilock::sync<backend>(users);
  threaded.close();
  BOOST_TEST(threads() == before + (others_need_it && users.rank() == 0 ? 1 : 0));
  contracts::still_works(usual);
  usual.close();
  BOOST_TEST(comes_back_to(before));
  contracts::meet(users);
}

MPILOCK_CONTRACT(the_thread_starts_again) {
  let_mpi_start_its_own<backend>(users);
  const std::ptrdiff_t before = threads();
  for (int i = 0; i < 5; ++i) {
    controller<backend> ctrl(users, 0);
    { const auto lock = ctrl.write(); }
  }
  BOOST_TEST(comes_back_to(before));
  contracts::meet(users);
}

MPILOCK_CONTRACT(the_end_of_a_thread_is_not_the_end_of_the_process) {
  let_mpi_start_its_own<backend>(users);
  controller<backend> ctrl(users, 0);
  const std::ptrdiff_t before = threads();
  std::thread([&] {
    static thread_local std::optional<controller<backend>> own;  // destroyed last
    own.emplace(users, 0);
    contracts::still_works(*own);
  }).join();  // the end of the thread closes `own`, a collective call
  BOOST_TEST(comes_back_to(before));
  contracts::still_works(ctrl);
}

MPILOCK_CONTRACT(an_idle_thread_costs_next_to_nothing) {
  std::vector<controller<backend>> open;
  for (int i = 0; i < 3; ++i) open.emplace_back(users, 0);
  contracts::still_works(open.front());
  const auto before = cpu_time();
  std::this_thread::sleep_for(1s);
  const auto used = std::chrono::duration<double, std::milli>(cpu_time() - before).count();
  const double limit = mpilock_test::is_sanitized() ? 600 : 200;
  BOOST_TEST(used < limit, used << " ms of CPU time in an idle second");
  BOOST_TEST_MESSAGE(backend::name << ": " << used << " ms of CPU time in an idle second");
  contracts::meet(users);
}

/// MPICH aborts if a thread is in MPI when MPI_Finalize begins (before_finalize.hpp). With several
/// controllers, the thread is in MPI more often.
MPILOCK_CONTRACT(the_thread_of_controllers_left_open_ends_before_finalize) {
  static std::vector<controller<backend>> left_open;  // destroyed after MPI_Finalize
  for (int i = 0; i < 3; ++i) left_open.emplace_back(users, 0);
  contracts::still_works(left_open.back());
  BOOST_TEST(!left_open.back().closed());
}
