/// @file
/// @brief Measures reader-writer locks between the ranks; settings.cpp has the options.

#include <fmt/format.h>
#include <mpi.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "bench.hpp"
#include "meeting.hpp"
#include "mpi_counters.hpp"
#include "mpilock/os/core_set.hpp"
#include "progress_bar.hpp"
#include "recommendation.hpp"
#include "results.hpp"
#include "settings.hpp"
#include "text_table.hpp"

namespace lockbench {
namespace {

enum exit_status { fine = 0, locks_failed = 1, not_understood = 2 };

/// Collective. The number of cores that the ranks of a node may use together.
std::int64_t cores_of(MPI_Comm node) {
  using mpilock::detail::core_set;
  core_set mine = core_set::of_this_thread();
  core_set all;
  MPI_Allreduce(&mine[0], &all[0], core_set::words, MPI_UINT64_T, MPI_BOR, node);
  return -greatest(node, -std::min(all.count(), mpilock::detail::cores_by_quota()));
}

/// Collective. Whether one kernel runs all ranks.
bool share_kernel(MPI_Comm comm) {
  std::string boot;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
  const auto mine = static_cast<std::int64_t>(std::hash<std::string>{}(boot) >> 1);
  return greatest(comm, mine) == -greatest(comm, -mine);
}

/// Collective.
launch_facts facts_of_launch() {
  launch_facts here;
  here.comm = MPI_COMM_WORLD;
  MPI_Comm_rank(here.comm, &here.rank);
  MPI_Comm_size(here.comm, &here.size);
  MPI_Query_thread(&here.thread_level);
  MPI_Comm node = MPI_COMM_NULL;
  MPI_Comm_split_type(here.comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  int neighbours = 0;
  MPI_Comm_size(node, &neighbours);
  here.cores = static_cast<int>(-greatest(here.comm, -cores_of(node)));
  MPI_Comm_free(&node);
  here.ranks_of_node = static_cast<int>(greatest(here.comm, neighbours));
  here.one_node = here.ranks_of_node == here.size;
  here.one_clock = share_kernel(here.comm);
  return here;
}

void check(const settings& wanted, const launch_facts& here, const std::vector<listing>& listed) {
  for (const std::string& name : wanted.contenders)
    if (std::none_of(listed.begin(), listed.end(),
                     [&](const listing& each) { return each.facts.name.starts_with(name); }))
      throw bad_command_line(
          fmt::format("no contender's name begins with '{}'; lockbench --list shows them", name));
  if (wanted.only_rank >= here.size)
    throw bad_command_line(fmt::format("--only-rank was given {}; the ranks are 0 to {}",
                                       wanted.only_rank, here.size - 1));
  const bool unwritable =
      here.rank == 0 && !wanted.json.empty() && !std::ofstream(wanted.json, std::ios::app).good();
  if (greatest(here.comm, unwritable ? 1 : 0) != 0)
    throw bad_command_line(
        fmt::format("the file '{}' can't be written; give --json another one", wanted.json));
}

/// The whole name of the fairness policy.
std::string fairness_named(const std::string& beginning, const std::vector<listing>& listed) {
  if (beginning.empty()) return std::string(default_fairness());
  for (const listing& each : listed)
    if (each.facts.fairness.starts_with(beginning)) return std::string(each.facts.fairness);
  throw bad_command_line(fmt::format(
      "no fairness policy that is measured begins with '{}'; lockbench --list shows them",
      beginning));
}

std::string list_of(const launch_facts& here, const std::vector<listing>& listed) {
  std::string text;
  for (const listing& each : listed) {
    const std::string why = each.why_not(here);
    text += fmt::format("{}\n    {}; {}\n", each.facts.name, each.facts.kind, each.facts.what);
    if (!why.empty()) text += fmt::format("    not here: {}\n", why);
  }
  return text;
}

/// @return whether no lock let two ranks in that exclude each other
bool locks_held(const results& all) {
  bool held = true;
  for (const cell& each : all.cells)
    if (each.lost_updates.value_or(0) != 0) {
      held = false;
      fmt::print(stderr, "lockbench: under {} {} of {} updates were lost\n", each.contender,
                 *each.lost_updates, each.passages);
    }
  return held;
}

int measure(const settings& wanted, const launch_facts& here, const std::vector<listing>& listed) {
  const std::string usual =
      wanted.recommend ? usual_composition(here.comm, wanted.fairness) : std::string();
  bench all(here, wanted, listed);
  const results found = [&] {
    const progress_bar bar(here.rank == 0);
    return all.run([&](int done, int of, const std::string& now) { bar.show(done, of, now); });
  }();
  all.free();
  int status = fine;
  if (here.rank == 0) {
    const std::string text = wanted.recommend
                                 ? recommendation_of(found, wanted.writers.front(), usual)
                                 : tables_of(found);
    fmt::print("{}", text);
    std::fflush(stdout);
    if (!wanted.json.empty() && !write_json(found, wanted.json)) {
      fmt::print(stderr, "lockbench: {} could not be written\n", wanted.json);
      status = not_understood;
    }
    if (!locks_held(found)) status = locks_failed;
  }
  return static_cast<int>(greatest(here.comm, status));
}

/// tests/hosts/hosts names a file for the status, since MPI_Finalize may hang on its hosts.
void write_verdict_down(int status) {
  const char* file = std::getenv("MPILOCK_TEST_VERDICT");
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (file != nullptr && rank == 0) std::ofstream(file) << status << std::endl;
}

int run(const std::vector<std::string>& arguments) {
  const launch_facts here = facts_of_launch();
  const bool speaks = here.rank == 0;
  try {
    settings wanted = settings::of_command_line(arguments);
    if (!wanted.help.empty()) {
      if (speaks) fmt::print("{}", wanted.help);
      return fine;
    }
    const std::vector<listing> listed = all_listings();
    check(wanted, here, listed);
    wanted.fairness = fairness_named(wanted.fairness, listed);
    if (wanted.threads && here.thread_level == MPI_THREAD_MULTIPLE) count_for_several_threads();
    if (!wanted.list) return measure(wanted, here, listed);
    if (speaks) fmt::print("{}", list_of(here, listed));
    return fine;
  } catch (const bad_command_line& mistake) {  // the same on all ranks
    if (speaks) fmt::print(stderr, "lockbench: {}\n", mistake.what());
    return not_understood;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "lockbench: rank {}: {}\n", here.rank, failure.what());
    MPI_Abort(here.comm, locks_failed);  // the other ranks would wait for this one
    return locks_failed;
  }
}

}  // namespace
}  // namespace lockbench

int main(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool threads =
      std::find(arguments.begin(), arguments.end(), "--threads") != arguments.end();
  int provided = MPI_THREAD_SINGLE;
  MPI_Init_thread(&argc, &argv, threads ? MPI_THREAD_MULTIPLE : MPI_THREAD_SINGLE, &provided);
  const int status = lockbench::run(arguments);
  lockbench::write_verdict_down(status);
  MPI_Finalize();
  return status;
}
