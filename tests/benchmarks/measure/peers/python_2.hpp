#pragma once
/// @file
/// @brief The protocol of the Python package mpilock, versions 2.x.

#include <mpi.h>

#include <cstdint>
#include <string>

#include "../blocking_window.hpp"
#include "../contender.hpp"

namespace lockbench {

/// A mutex at the root lets readers in one by one, and a word at the root counts them. A writer
/// keeps the mutex, and reads the count again and again until it is 0.
///
/// The mutex is a window lock. The upgrade is not measured, since it was broken as shipped.
class python_2 {
 public:
  explicit python_2(const launch_facts& here) : mutex_(here, 1), readers_(here, 1) {
    readers_.open();
  }

  static contender_facts facts() {
    return {"python_2", "peer", "none",
            "the Python package's 2.x: a mutex by MPI_Win_lock, readers counted at the root"};
  }
  static std::string why_not(const launch_facts&) { return ""; }

  void lock() {
    mutex_.lock(MPI_LOCK_EXCLUSIVE, 0);
    while (readers_.fetch(MPI_NO_OP, 0, 0, 0) != 0) readers_.let_others();
  }
  void unlock() { mutex_.unlock(0); }
  void lock_shared() {
    mutex_.lock(MPI_LOCK_EXCLUSIVE, 0);
    readers_.fetch(MPI_SUM, 1, 0, 0);
    mutex_.unlock(0);
  }
  void unlock_shared() { readers_.fetch(MPI_SUM, ~std::uint64_t{0}, 0, 0); }
  void serve() {}
  void free() {
    readers_.free();
    mutex_.free();
  }

 private:
  blocking_window<std::uint64_t> mutex_;
  blocking_window<std::uint64_t> readers_;
};

}  // namespace lockbench
