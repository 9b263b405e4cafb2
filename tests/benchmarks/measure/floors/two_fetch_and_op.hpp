#pragma once
/// @file
/// @brief The least that a lock by one-sided operations costs.

#include <mpi.h>

#include <cstdint>
#include <string>

#include "../blocking_window.hpp"
#include "../contender.hpp"

namespace lockbench {

/// A passage takes two round trips to rank 0. It keeps no rank out.
class two_fetch_and_op {
 public:
  explicit two_fetch_and_op(const launch_facts& here) : word_(here, 1) { word_.open(); }

  static contender_facts facts() {
    return {"two_fetch_and_op", "floor", "none",
            "two MPI_Fetch_and_op and MPI_Win_flush on a word at rank 0"};
  }
  static std::string why_not(const launch_facts&) { return ""; }

  void lock() { word_.fetch(MPI_SUM, 1, 0, 0); }
  void unlock() { word_.fetch(MPI_SUM, 1, 0, 0); }
  void lock_shared() { lock(); }
  void unlock_shared() { unlock(); }
  void serve() {}
  void free() { word_.free(); }

 private:
  blocking_window<std::uint64_t> word_;
};

}  // namespace lockbench
