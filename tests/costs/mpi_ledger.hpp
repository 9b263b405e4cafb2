#pragma once
/// @file
/// @brief The record in which counting_mpi.cpp counts every call of MPI of this process.

#include <functional>
#include <mutex>
#include <utility>

#include "mpi_bill.hpp"

namespace costs {

/// The calls of all threads.
class mpi_ledger {
 public:
  static mpi_ledger& of_this_process() {
    static mpi_ledger all;
    return all;
  }

  mpi_bill so_far() {
    const std::lock_guard guard(mutex_);
    return now_;
  }

  template <class Change>
  void change(Change&& change) {
    const std::lock_guard guard(mutex_);
    change(now_);
  }

  /// Calls `action` once, when this rank has made more than `looks` one-sided looks at words of its
  /// own. This is how the one-sided engine waits after it has told the other ranks. At the
  /// home, some of these looks may be at the lock word, before that. `action` must not be counted
  /// itself: it may call only PMPI_ routines.
  void when_waiting(std::function<void()> action, int looks = 0) {
    const std::lock_guard guard(mutex_);
    when_waiting_ = std::move(action);
    looks_before_ = looks;
  }
  void looks_at_itself() {
    std::function<void()> action;
    {
      const std::lock_guard guard(mutex_);
      if (looks_before_-- <= 0) action = std::exchange(when_waiting_, nullptr);
    }
    if (action) action();
  }

 private:
  std::mutex mutex_;
  mpi_bill now_;
  std::function<void()> when_waiting_;
  int looks_before_ = 0;
};

/// Local. The calls of MPI that `action` makes on this rank.
template <class Action>
mpi_bill bill_of(Action&& action) {
  mpi_ledger& ledger = mpi_ledger::of_this_process();
  const mpi_bill before = ledger.so_far();
  action();
  return ledger.so_far().since(before);
}

}  // namespace costs
