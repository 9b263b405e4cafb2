#pragma once
/// @file
/// @brief The queue lock that costs least where many ranks wait.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "../contender.hpp"
#include "../shared_block.hpp"
#include "mpilock/os/core_set.hpp"
#include "mpilock/os/cpu_relax.hpp"

namespace lockbench {

/// Source: Mellor-Crummey and Scott, "Algorithms for Scalable Synchronization on Shared-Memory
/// Multiprocessors", ACM TOCS 9(1), 1991. A rank waits at a line of its own, which the rank before
/// it writes once. Readers keep each other out too.
class mcs_spin_lock {
 public:
  explicit mcs_spin_lock(const launch_facts& here)
      : shared_(here), own_(static_cast<std::uint64_t>(here.rank) + 1) {}

  static contender_facts facts() {
    return {.name = "mcs_spin_lock",
            .kind = "floor",
            .preference = "none",
            .what = "the MCS queue lock in shared memory that only spins; all are exclusive",
            .keeps_out = true};
  }
  static std::string why_not(const launch_facts& here) { return why_not_spinning(here); }

  void lock() {
    node& mine = node_of(own_);
    mine.next.store(nobody, std::memory_order_relaxed);
    const std::uint64_t before = shared_->tail.exchange(own_, std::memory_order_acq_rel);
    if (before == nobody) return;
    mine.is_blocked.store(true, std::memory_order_relaxed);
    node_of(before).next.store(own_, std::memory_order_release);
    while (mine.is_blocked.load(std::memory_order_acquire)) mpilock::detail::cpu_relax();
  }

  void unlock() {
    std::uint64_t after = next_of_mine();
    if (after == nobody) {
      std::uint64_t last = own_;
      if (shared_->tail.compare_exchange_strong(last, nobody, std::memory_order_release,
                                                std::memory_order_relaxed))
        return;
      // Another rank has put itself behind this one, and is about to say so.
      while ((after = next_of_mine()) == nobody) mpilock::detail::cpu_relax();
    }
    node_of(after).is_blocked.store(false, std::memory_order_release);
  }

  void lock_shared() { lock(); }
  void unlock_shared() { unlock(); }
  void serve() {}
  void free() { shared_.free(); }

 private:
  static constexpr std::uint64_t nobody = 0;  ///< else a rank plus 1

  struct alignas(64) node {
    std::atomic<std::uint64_t> next = nobody;
    std::atomic<bool> is_blocked = false;
  };
  /// A node for each core that a rank can have, since ranks without a core are kept away.
  struct queue {
    alignas(64) std::atomic<std::uint64_t> tail = nobody;
    std::array<node, 64 * mpilock::detail::core_set::words> nodes;
  };

  node& node_of(std::uint64_t name) const {
    return shared_->nodes[static_cast<std::size_t>(name - 1)];
  }
  std::uint64_t next_of_mine() const { return node_of(own_).next.load(std::memory_order_acquire); }

  shared_block<queue> shared_;
  std::uint64_t own_;
};

}  // namespace lockbench
