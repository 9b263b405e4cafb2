#pragma once
/// @file
/// @brief The protocol of the Python package mpilock, versions 1.x.

#include <mpi.h>

#include <cstdint>
#include <string>

#include "../blocking_window.hpp"
#include "../contender.hpp"

namespace lockbench {

/// A window lock on the root is a gate. A reader passes it and raises a flag in its own memory. A
/// writer keeps the gate closed, and reads the flags of all ranks again and again until all are
/// down.
///
/// As shipped, readers and writers used the gates of different ranks, and results were used before
/// they had arrived. Here both are corrected.
class python_1 {
 public:
  explicit python_1(const launch_facts& here) : gate_(here, 1), flags_(here, 1), here_(here) {
    flags_.open();
  }

  static contender_facts facts() {
    return {"python_1", "peer", "none",
            "the Python package's 1.x: MPI_Win_lock as a gate, a flag at each reader"};
  }
  static std::string why_not(const launch_facts&) { return ""; }

  void lock() {
    gate_.lock(MPI_LOCK_EXCLUSIVE, 0);
    for (int rank = 0; rank < here_.size; ++rank)
      while (flags_.fetch(MPI_NO_OP, 0, rank, 0) != 0) flags_.let_others();
  }
  void unlock() { gate_.unlock(0); }
  void lock_shared() {
    gate_.lock(MPI_LOCK_EXCLUSIVE, 0);
    flags_.fetch(MPI_REPLACE, 1, here_.rank, 0);
    gate_.unlock(0);
  }
  void unlock_shared() { flags_.fetch(MPI_REPLACE, 0, here_.rank, 0); }
  void serve() {}
  void free() {
    flags_.free();
    gate_.free();
  }

 private:
  blocking_window<std::uint64_t> gate_;
  blocking_window<std::uint64_t> flags_;
  launch_facts here_;
};

}  // namespace lockbench
