/// @file
/// @brief The main() of every test program: Boost.Test between MPI_Init_thread and MPI_Finalize.

#include <mpi.h>

#include <boost/test/results_reporter.hpp>
#include <boost/test/tree/observer.hpp>
#include <boost/test/unit_test.hpp>
#include <boost/test/unit_test_log.hpp>
#include <chrono>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "environment.hpp"
#include "ranks.hpp"
#include "tagged_stream.hpp"
#include "watchdog.hpp"

namespace mpilock_test {
namespace {

std::vector<std::function<void()>>& actions_before_finalize() {
  static std::vector<std::function<void()>> actions;
  return actions;
}

/// Tells the watchdog which test case runs. A rank that leaves a test case by an exception can't
/// meet the others there again. So it ends the whole launch with a report; otherwise the launch
/// would hang.
class case_observer final : public boost::unit_test::test_observer {
 public:
  explicit case_observer(watchdog& dog) : dog_(dog) {}

  void test_unit_start(const boost::unit_test::test_unit& unit) override {
    if (rank_in(MPI_COMM_WORLD) != 0)  // not earlier, as only rank 0 prints the greeting
      boost::unit_test::unit_test_log.set_threshold_level(boost::unit_test::log_all_errors);
    if (unit.p_type == boost::unit_test::TUT_CASE) dog_.name_case(unit.full_name());
  }
  void test_unit_aborted(const boost::unit_test::test_unit&) override {
    if (size_of(MPI_COMM_WORLD) == 1) return;
    dog_.report("left the test case early,");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // until the output is written
    MPI_Abort(MPI_COMM_WORLD, watchdog::exit_code);
  }

 private:
  watchdog& dog_;
};

int wanted_thread_level() {
  return setting("MPILOCK_TEST_THREADS", "multiple") == "single" ? MPI_THREAD_SINGLE
                                                                 : MPI_THREAD_MULTIPLE;
}

tagged_stream* log_stream = nullptr;
case_observer* observer = nullptr;

/// Every rank prints its failures with its number. Only rank 0 prints the usual report.
bool prepare_boost_test() {
  boost::unit_test::unit_test_log.set_stream(*log_stream);
  if (rank_in(MPI_COMM_WORLD) != 0) {
    boost::unit_test::results_reporter::set_level(boost::unit_test::NO_REPORT);
    boost::unit_test::unit_test_log.set_threshold_level(boost::unit_test::log_all_errors);
  }
  boost::unit_test::framework::register_observer(*observer);
  return true;
}

/// Collective. If one rank fails, all ranks return a failure.
int worst_of_all_ranks(int mine) {
  int worst = 0;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Iallreduce(&mine, &worst, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD, &request);
  complete(request);
  return worst;
}

/// For a launcher that can't rely on the return of MPI_Finalize: writes the result into the file of
/// that name.
void write_verdict_down(int rank, int worst) {
  const std::string file = setting("MPILOCK_TEST_VERDICT");
  if (rank == 0 && !file.empty()) std::ofstream(file) << worst << std::endl;
}

int run_tests(int argc, char** argv) {
  const int rank = rank_in(MPI_COMM_WORLD);
  watchdog dog(rank, std::chrono::seconds(std::stoi(setting("MPILOCK_TEST_SECONDS", "120"))));
  tagged_stream log(rank);
  case_observer watching(dog);
  log_stream = &log;
  observer = &watching;
  const int mine = boost::unit_test::unit_test_main(&prepare_boost_test, argc, argv);
  dog.name_case("the end of the program");
  const int worst = worst_of_all_ranks(mine);
  auto& actions = actions_before_finalize();
  for (; !actions.empty(); actions.pop_back()) actions.back()();
  write_verdict_down(rank, worst);
  MPI_Finalize();
  return worst;
}

}  // namespace

void before_finalize(std::function<void()> action) {
  actions_before_finalize().push_back(std::move(action));
}

}  // namespace mpilock_test

int main(int argc, char** argv) {
  int provided = MPI_THREAD_SINGLE;
  MPI_Init_thread(&argc, &argv, mpilock_test::wanted_thread_level(), &provided);
  return mpilock_test::run_tests(argc, argv);
}
