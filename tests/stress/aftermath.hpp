#pragma once
/// @file
/// @brief After the visits: checks that nothing was lost, and prints a line of figures.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>

#include "mpilock/testing/counter_file.hpp"
#include "mpilock/testing/section_judge.hpp"
#include "stress/visitor.hpp"
#include "support/ranks.hpp"

namespace stress {

/// Collective. All ranks enter once more, each to write and then all together to read. The epoch
/// must have counted each write section once.
template <class Controller>
void check_nothing_lost(Controller& ctrl, mpilock::testing::counter_file& file,
                        std::int64_t written) {
  constexpr std::chrono::seconds patience(60);
  {
    const auto lock = ctrl.try_write_for(patience);
    BOOST_REQUIRE(lock.owns_lock());
    file.count_up();
  }
  ctrl.barrier();
  const auto lock = ctrl.try_read_for(patience);
  BOOST_REQUIRE(lock.owns_lock());
  ctrl.barrier();  // all ranks are inside
  BOOST_TEST(static_cast<std::int64_t>(ctrl.epoch()) == written + ctrl.size());
  BOOST_TEST(file.read() == written + ctrl.size());
}

/// Collective. The maximum, or another result of `op`, over all ranks.
template <class Controller>
std::int64_t most(Controller& ctrl, std::int64_t mine, MPI_Op op) {
  std::int64_t all = 0;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Iallreduce(&mine, &all, 1, MPI_INT64_T, op, MPI_COMM_WORLD, &request);
  mpilock_test::complete(request, mpilock_test::serving(ctrl));
  return all;
}

/// Collective. @return the sum over all ranks
template <class Controller>
diary gather(Controller& ctrl, diary mine) {
  const auto serving = mpilock_test::serving(ctrl);
  const auto sum = [&](std::int64_t& value) {
    value = mpilock_test::sum_over(MPI_COMM_WORLD, value, serving);
  };
  for (std::int64_t& each : mine.entered) sum(each);
  for (std::int64_t& each : mine.refused) sum(each);
  sum(mine.written);
  sum(mine.wrong_epochs);
  mine.waits.gather(MPI_COMM_WORLD, serving);
  return mine;
}

inline std::string figures(const diary& all, double seconds) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(1) << all.sections() << " sections in " << seconds << " s";
  for (std::size_t i = 0; i < all.kinds.size(); ++i) {
    out << (i == 0 ? ": " : ", ") << all.kinds[i] << ' ' << all.entered[i];
    if (all.refused[i] > 0) out << " (" << all.refused[i] << " refused)";
  }
  out << "; " << all.written << " writes; wait p50 " << all.waits.quantile(0.5) << " us, p99 "
      << all.waits.quantile(0.99) << " us, max " << all.waits.longest() << " us";
  return out.str();
}

/// Collective. Call it when no rank is inside, and after a meeting. Prints the figures on rank 0.
template <class Controller>
void judge_aftermath(const std::string& name, Controller& ctrl,
                     mpilock::testing::section_judge& judge, mpilock::testing::counter_file& file,
                     const diary& mine, std::chrono::duration<double> took) {
  const diary all = gather(ctrl, mine);
  const std::int64_t busiest = most(ctrl, mine.sections(), MPI_MAX);
  const std::int64_t laziest = most(ctrl, mine.sections(), MPI_MIN);
  if (ctrl.rank() == 0) {
    std::ostringstream line;
    line << name << ": " << figures(all, took.count()) << "; sections per rank " << laziest
         << " to " << busiest << '\n';
    std::cout << line.str() << std::flush;
  }
  BOOST_TEST(judge.violations() == 0U, name << ": " << judge.findings());
  judge.forget_violations();
  BOOST_TEST(mine.wrong_epochs == 0,
             name << ": the epoch was wrong " << mine.wrong_epochs << " times");
  check_nothing_lost(ctrl, file, all.written);
}

}  // namespace stress
