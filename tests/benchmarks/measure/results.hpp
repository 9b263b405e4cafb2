#pragma once
/// @file
/// @brief The results of one launch, on rank 0.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contender.hpp"
#include "mpi_counters.hpp"
#include "wait_histogram.hpp"
#include "workload.hpp"

namespace lockbench {

/// The ratio of the greatest to the least number of passages of a rank.
double spread_of(const std::vector<std::int64_t>& passages_of_ranks);

/// The figures of one contender, one workload and one mix, over all ranks and rounds.
struct cell {
  workload what = workload::ECSB;
  double writers = 0;
  std::string contender;

  std::int64_t passages = 0;
  double wall_seconds = 0;  ///< the mean over the ranks that passed
  std::vector<double> rates_of_rounds;
  std::vector<std::int64_t> passages_of_ranks;  ///< of those that pass in this workload
  std::vector<double> spread_of_rounds;
  std::array<wait_histogram, 2> waits;  ///< read, write; for LB, acquire and release
  double cpu_seconds = 0;
  std::optional<double> cpu_seconds_waiting;  ///< per second that a rank waited
  std::vector<double> cpu_waiting_of_rounds;  ///< the same in each round
  mpi_tally calls;
  std::int64_t voluntary_switches = 0;
  std::optional<std::int64_t> lost_updates;  ///< where they can be counted: must be 0

  double rate() const { return static_cast<double>(passages) / wall_seconds; }
  double ns_per_passage() const { return 1e9 / rate(); }
  double per_passage(std::int64_t count) const {
    return static_cast<double>(count) / static_cast<double>(passages);
  }
  double median_rate() const;
};

struct left_out {
  std::string name;
  std::string why;
};

struct results {
  std::string mpi;
  int ranks = 1;
  int ranks_of_node = 1;
  int cores = 1;
  std::string_view regime;
  int rounds = 0;
  double slice_ms = 0;
  int only_rank = -1;
  std::int64_t clock_ns = 0;  ///< how much more a timed acquire costs
  std::vector<workload> workloads;
  std::vector<contender_facts> contenders;
  std::vector<left_out> skipped;
  std::vector<cell> cells;

  const cell* find(workload what, double writers, const std::string& contender) const;
};

/// @return whether the file could be written
bool write_json(const results& all, const std::string& file);

/// Tables for a terminal.
std::string tables_of(const results& all);

}  // namespace lockbench
