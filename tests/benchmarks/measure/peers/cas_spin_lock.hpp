#pragma once
/// @file
/// @brief A spin lock by remote compare-and-swap.

#include <mpi.h>

#include <cstdint>
#include <string>

#include "../blocking_window.hpp"
#include "../contender.hpp"

namespace lockbench {

/// A word at rank 0 is 1 while a rank is inside; readers keep each other out too. The word has 32
/// bits because a 64-bit compare-and-swap crashes some versions of Open MPI. It is also cleared by
/// compare-and-swap, because MPI does not define a mix of this with other operations.
class cas_spin_lock {
 public:
  explicit cas_spin_lock(const launch_facts& here) : word_(here, 1) { word_.open(); }

  static contender_facts facts() {
    return {"cas_spin_lock", "peer", "none",
            "MPI_Compare_and_swap at rank 0 until it succeeds, yielding; all are exclusive"};
  }
  static std::string why_not(const launch_facts&) { return ""; }

  void lock() {
    while (word_.compare_and_swap(0, 1, 0, 0) != 0) word_.let_others();
  }
  void unlock() { word_.compare_and_swap(1, 0, 0, 0); }
  void lock_shared() { lock(); }
  void unlock_shared() { unlock(); }
  void serve() {}
  void free() { word_.free(); }

 private:
  blocking_window<std::uint32_t> word_;
};

}  // namespace lockbench
