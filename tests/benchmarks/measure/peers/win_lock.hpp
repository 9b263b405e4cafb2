#pragma once
/// @file
/// @brief MPI's own reader-writer lock.

#include <mpi.h>

#include <cstdint>
#include <string>

#include "../blocking_window.hpp"
#include "../contender.hpp"

namespace lockbench {

/// MPI_Win_lock on rank 0, exclusive or shared. An atomic look at rank 0 and a flush follow;
/// without them, MPI need not hold the lock yet.
class win_lock {
 public:
  explicit win_lock(const launch_facts& here) : window_(here, 1) {}

  static contender_facts facts() {
    return {"MPI_Win_lock", "peer", "none",
            "MPI_Win_lock, MPI_Fetch_and_op(MPI_NO_OP), MPI_Win_flush; MPI_Win_unlock; on rank 0"};
  }
  static std::string why_not(const launch_facts&) { return ""; }

  void lock() { window_.lock(MPI_LOCK_EXCLUSIVE, 0); }
  void unlock() { window_.unlock(0); }
  void lock_shared() { window_.lock(MPI_LOCK_SHARED, 0); }
  void unlock_shared() { window_.unlock(0); }
  void serve() {}
  void free() { window_.free(); }

 private:
  blocking_window<std::uint64_t> window_;
};

}  // namespace lockbench
