#pragma once
/// @file
/// @brief The workloads: how the ranks use the lock.

#include <algorithm>
#include <array>
#include <string_view>

namespace lockbench {

/// The first five are those of Schmid, Besta and Hoefler, "High-Performance Distributed RMA Locks",
/// HPDC 2016 (arXiv 2010.09854).
enum class workload { LB, ECSB, SOB, WCSB, WARB, HOLD, HDF5 };

struct workload_facts {
  workload what;
  std::string_view name;
  std::string_view title;   ///< what the ranks do; "inside" means: while they hold the lock
  std::string_view figure;  ///< what lockbench's own table shows
};

/// The help text, the tables, the JSON and the report take names and titles from here.
inline constexpr auto all_workloads = std::to_array<workload_facts>({
    {workload::LB, "LB", "acquire and release, timed one by one", "median in ns"},
    {workload::ECSB, "ECSB", "empty section", "ns per passage"},
    {workload::SOB, "SOB", "one access to shared data of rank 0 inside", "ns per passage"},
    {workload::WCSB, "WCSB", "a counter and 1 to 4 microseconds of work inside", "ns per passage"},
    {workload::WARB, "WARB", "1 to 4 microseconds of work after release", "ns per passage"},
    {workload::HOLD, "HOLD", "rank 0 writes for 20 ms while all others wait",
     "CPU seconds burnt per second of waiting"},
    {workload::HDF5, "HDF5", "a file is opened, used and closed inside", "ns per passage"},
});

constexpr const workload_facts& facts_of(workload what) {
  return *std::find_if(all_workloads.begin(), all_workloads.end(),
                       [what](const workload_facts& each) { return each.what == what; });
}

}  // namespace lockbench
