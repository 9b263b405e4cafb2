#pragma once
/// @file
/// @brief The workloads: how the ranks use the lock.

#include <array>
#include <string_view>

namespace lockbench {

/// The first five are those of Schmid, Besta and Hoefler, "High-Performance Distributed RMA Locks",
/// HPDC 2016 (arXiv 2010.09854).
enum class workload {
  LB,    ///< latency: each acquire and each release is timed
  ECSB,  ///< empty section
  SOB,   ///< one access to memory of rank 0 inside
  WCSB,  ///< a counter is incremented inside, then 1 to 4 us of work inside
  WARB,  ///< empty section, then 1 to 4 us of work outside
  HOLD,  ///< rank 0 holds for 20 ms while all others wait
  HDF5   ///< a file is opened, written or read, flushed and closed inside
};

struct workload_facts {
  workload what;
  std::string_view name;
  std::string_view title;
};

inline constexpr std::array<workload_facts, 7> all_workloads = {{
    {workload::LB, "LB", "latency of one acquire and release, median in ns"},
    {workload::ECSB, "ECSB", "empty section, ns per passage"},
    {workload::SOB, "SOB", "a single access to shared data inside, ns per passage"},
    {workload::WCSB, "WCSB", "a counter and 1 to 4 us of work inside, ns per passage"},
    {workload::WARB, "WARB", "empty section, 1 to 4 us of work after it, ns per passage"},
    {workload::HOLD, "HOLD", "rank 0 writes for 20 ms, CPU seconds burnt per second of waiting"},
    {workload::HDF5, "HDF5", "a file is opened, used and closed inside, ns per passage"},
}};

constexpr const workload_facts& facts_of(workload what) {
  return all_workloads[static_cast<std::size_t>(what)];
}

}  // namespace lockbench
