#pragma once
/// @file
/// @brief How a rank waits in `sync`, before the controller exists.
/// @ingroup controller

#include <chrono>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>

#include "mpilock/controller/options.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock::detail {

/// Reports a stall in `sync`. The ranks have no notes yet and may send no messages, so a rank can't
/// know which ranks are missing, or whether another rank reports. So the ranks take turns by the
/// clock: rank 0 reports when it has waited for the time in the options, rank 1 after twice that
/// time, rank 2 after four times, and so on, then rank 0 again.
class founding_wait {
 public:
  /// @param rank this rank in the user's communicator, which has `size` ranks
  founding_wait(int rank, int size, const options& chosen, const call_site& from)
      : rank_(rank), size_(size), name_(chosen.name), patience_(chosen.stall_report), from_(from) {
    for (int turn = 0; turn < rank; ++turn) due_ = twice(due_);
  }

  void idle() {
    standing_by().idle();
    if (patience_.count() <= 0) return;
    const std::chrono::nanoseconds so_far = clock::now() - begin_;
    if (so_far < due_) return;
    report(so_far);
    for (int turn = 0; turn < size_; ++turn) due_ = twice(due_);
  }

 private:
  using clock = std::chrono::steady_clock;

  static std::chrono::nanoseconds twice(std::chrono::nanoseconds time) {
    return time > std::chrono::nanoseconds::max() / 2 ? std::chrono::nanoseconds::max() : 2 * time;
  }

  void report(std::chrono::nanoseconds so_far) const {
    std::ostringstream text;
    text << "mpilock '" << name_ << "': rank " << rank_ << " has waited in sync() for "
         << std::fixed << std::setprecision(1) << std::chrono::duration<double>(so_far).count()
         << " s, " << from_.file << ':' << from_.line << ". Not all " << size_
         << " ranks are here. If rank " << (rank_ + 1) % size_
         << " is here, it says so when it has waited for "
         << std::chrono::duration<double>(2 * so_far).count() << " s\n";
    std::cerr << text.str() << std::flush;
  }

  int rank_;
  int size_;
  const std::string& name_;
  std::chrono::nanoseconds patience_;
  const call_site& from_;
  std::chrono::nanoseconds due_ = patience_;  // since `begin_`
  clock::time_point begin_ = clock::now();
};

}  // namespace mpilock::detail
