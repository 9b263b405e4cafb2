#pragma once
/// @file
/// @brief How many cores the ranks that share a segment have.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "mpilock/os/core_set.hpp"

namespace mpilock::detail {

/// A list in shared memory, in which each rank enters the cores that it may run on. No rank waits
/// for another one to do so: until all have, the ranks count as more than the cores.
class core_roll {
 public:
  static constexpr std::size_t words = core_set::words + 1;

  /// Local. Enters the cores of this thread. @param where all 0 before the first rank comes
  core_roll(std::uint64_t* where, int ranks) : where_(where), ranks_(ranks) {
    const core_set mine = core_set::of_this_thread();
    for (std::size_t i = 0; i < core_set::words; ++i)
      at(i).fetch_or(mine[i], std::memory_order_relaxed);
    at(core_set::words).fetch_add(1, std::memory_order_release);
  }

  int ranks() const { return ranks_; }

  /// Whether each rank has entered its cores.
  bool is_complete() const {
    return at(core_set::words).load(std::memory_order_acquire) ==
           static_cast<std::uint64_t>(ranks_);
  }

  /// The number of cores that the ranks together may use.
  int cores() const {
    core_set all;
    for (std::size_t i = 0; i < core_set::words; ++i)
      all[i] = at(i).load(std::memory_order_relaxed);
    return std::min(all.count(), cores_by_quota());
  }

 private:
  std::atomic_ref<std::uint64_t> at(std::size_t word) const {
    return std::atomic_ref(where_[word]);
  }

  std::uint64_t* where_;
  int ranks_;
};

}  // namespace mpilock::detail
