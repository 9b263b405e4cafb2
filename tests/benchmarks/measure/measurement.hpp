#pragma once
/// @file
/// @brief The measurements of one rank for one contender in one cell.

#include <cstdint>
#include <vector>

#include "contender.hpp"
#include "mpi_counters.hpp"
#include "results.hpp"
#include "slice.hpp"

namespace lockbench {

struct measurement {
  slice_result all;
  std::vector<std::int64_t> passages_of_rounds;
  std::vector<std::int64_t> ns_of_rounds;
  std::vector<std::int64_t> cpu_waiting_of_rounds;  ///< ns, in HOLD
  std::vector<std::int64_t> ns_waiting_of_rounds;   ///< in HOLD
  std::int64_t cpu = 0;                             ///< ns
  std::int64_t cpu_waiting = 0;                     ///< ns, in HOLD
  std::int64_t ns_waiting = 0;                      ///< in HOLD
  std::int64_t voluntary_switches = 0;
  mpi_tally calls;
  std::int64_t counted_up = 0;  ///< in WCSB, by rank 0

  std::int64_t passages() const { return all.passages[0] + all.passages[1]; }
  void end_round();

  /// Collective. On rank 0, the cell that results from the measurements of all ranks. The caller
  /// adds its name.
  /// @param passing the number of ranks that pass
  cell add_up(const launch_facts& here, int passing) const;

 private:
  std::vector<double> spread_of_rounds(const launch_facts& here) const;
};

/// The use of processors and MPI between two moments.
class usage_meter {
 public:
  /// @param before_start the counts of this rank before any rank could begin the slice
  explicit usage_meter(const mpi_tally& before_start);
  /// The figures until the end of the slice: processor time, and looks for messages.
  void read_at_end(measurement& own) const;
  /// The figures from before the start until all ranks have ended: messages that answer other
  /// ranks. A rank that starts late has answered others before.
  void read_after_meeting(measurement& own) const;

 private:
  mpi_tally before_start_;
  mpi_tally calls_;
  std::int64_t switches_;
  std::int64_t cpu_;
};

}  // namespace lockbench
