#pragma once
/// @file
/// @brief What one rank found out about one contender in one cell.

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
  std::int64_t cpu = 0;          ///< ns
  std::int64_t cpu_waiting = 0;  ///< ns, in HOLD
  std::int64_t ns_waiting = 0;   ///< in HOLD
  std::int64_t voluntary_switches = 0;
  mpi_tally calls;
  std::int64_t counted_up = 0;  ///< in WCSB, by rank 0

  std::int64_t passages() const { return all.passages[0] + all.passages[1]; }
  void end_round();

  /// Collective. On rank 0, the cell that the ranks' measurements make; the caller says what it is.
  /// @param passing how many ranks pass
  cell add_up(const stage& here, int passing) const;
};

/// What the processors and MPI were used for between two moments.
class usage_meter {
 public:
  /// @param before_start what this rank had counted before any rank could begin the slice
  explicit usage_meter(const mpi_tally& before_start);
  /// Until the end of the slice: processor time, and looks whether something has come.
  void read_at_end(measurement& own) const;
  /// From before the start until all have ended theirs: what was sent to answer them. A rank that
  /// comes late to its own start has answered others already.
  void read_after_meeting(measurement& own) const;

 private:
  mpi_tally before_start_;
  mpi_tally calls_;
  std::int64_t switches_;
  std::int64_t cpu_;
};

}  // namespace lockbench
