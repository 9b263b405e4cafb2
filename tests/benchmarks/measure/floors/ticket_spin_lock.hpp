#pragma once
/// @file
/// @brief The quickest lock that keeps an order, in a few lines.

#include <atomic>
#include <cstdint>
#include <string>

#include "../contender.hpp"
#include "../shared_block.hpp"
#include "mpilock/os/cpu_relax.hpp"

namespace lockbench {

/// A rank draws a ticket and waits until it is served: first come, first served. Readers keep each
/// other out too.
///
/// Each counter has a line of its own. On one line, each rank that draws a ticket would take the
/// line from the holder, which needs it to leave, and from all ranks that look at it. With two
/// ranks both are equally quick.
class ticket_spin_lock {
 public:
  explicit ticket_spin_lock(const launch_facts& here) : shared_(here) {}

  static contender_facts facts() {
    return {.name = "ticket_spin_lock",
            .kind = "floor",
            .preference = "none",
            .what = "a ticket lock in shared memory that only spins; all are exclusive",
            .keeps_out = true};
  }
  static std::string why_not(const launch_facts& here) { return why_not_spinning(here); }

  void lock() {
    mine_ = shared_->drawn.fetch_add(1, std::memory_order_relaxed);
    while (shared_->served.load(std::memory_order_acquire) != mine_) mpilock::detail::cpu_relax();
  }
  void unlock() { shared_->served.store(mine_ + 1, std::memory_order_release); }
  void lock_shared() { lock(); }
  void unlock_shared() { unlock(); }
  void serve() {}
  void free() { shared_.free(); }

 private:
  struct counters {
    alignas(64) std::atomic<std::uint64_t> drawn = 0;
    alignas(64) std::atomic<std::uint64_t> served = 0;
  };
  shared_block<counters> shared_;
  std::uint64_t mine_ = 0;
};

}  // namespace lockbench
