#pragma once
/// @file
/// @brief The data that the sections of SOB and WCSB use.

#include <mpi.h>

#include <cstdint>
#include <memory>

#include "blocking_window.hpp"
#include "contender.hpp"
#include "shared_block.hpp"

namespace lockbench {

/// A word of rank 0. On one node it is in shared memory, so that only the lock is measured, not MPI
/// as well. On several nodes it is reached by one-sided operations, which show in the counts.
class shared_data {
 public:
  /// Collective.
  explicit shared_data(const launch_facts& here) {
    if (here.one_node) {
      near_ = std::make_unique<shared_block<word>>(here);
    } else {
      far_ = std::make_unique<blocking_window<std::uint64_t>>(here, 1);
      far_->open();
    }
  }

  std::uint64_t read() const {
    return near_ != nullptr ? (*near_)->value : far_->fetch(MPI_NO_OP, 0, 0, 0);
  }
  void write(std::uint64_t value) {
    if (near_ != nullptr)
      (*near_)->value = value;
    else
      far_->fetch(MPI_REPLACE, value, 0, 0);
  }
  /// Not atomic on purpose: only a lock makes the count right.
  void count_up() { write(read() + 1); }

  /// Collective.
  void free() {
    if (near_ != nullptr) near_->free();
    if (far_ != nullptr) far_->free();
  }

 private:
  struct word {
    volatile std::uint64_t value = 0;
  };
  std::unique_ptr<shared_block<word>> near_;
  std::unique_ptr<blocking_window<std::uint64_t>> far_;
};

}  // namespace lockbench
