#pragma once
/// @file
/// @brief Where counting_mpi.cpp writes down every call of MPI that this process makes.

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

  /// Has `action` called once, when this rank has made more than `looks` one-sided looks at words
  /// of its own: that is how the one-sided engine waits, when all that it tells others is told. At
  /// the home so many looks may be at the lock word, before it is told. `action` must not be
  /// counted itself: PMPI_ routines only.
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

/// Local. What `action` costs this rank.
template <class Action>
mpi_bill bill_of(Action&& action) {
  mpi_ledger& ledger = mpi_ledger::of_this_process();
  const mpi_bill before = ledger.so_far();
  action();
  return ledger.so_far().since(before);
}

}  // namespace costs
