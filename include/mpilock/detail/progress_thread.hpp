#pragma once
/// @file
/// @brief The process's one background thread, which serves the locks that it hosts.

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "mpilock/progress_source.hpp"

namespace mpilock::detail {

/// Runs while there is something to serve: the first source starts it, the last one to go stops and
/// joins it. It sleeps between two rounds, so that it costs the computation beside it little: for 1 ms
/// while the last round that found work is not long past, and for up to 4 ms later.
class progress_thread {
 public:
  static progress_thread& of_this_process() {
    static auto& only = *new progress_thread;  // never destroyed: nothing outlives it
    return only;
  }

  /// Local. Starts the thread if it doesn't run. @throws std::system_error if it can't; nothing has been
  /// added then
  void add(progress_source& source) {
    const std::lock_guard guard(mutex_);
    sources_.reserve(sources_.size() + 1);
    if (!thread_.joinable() && !is_retired_) thread_ = std::thread([this] { serve(); });
    sources_.push_back(&source);
    changed_.notify_one();
  }

  /// Local. On return the thread no longer touches `source`.
  void remove(progress_source& source) {
    std::unique_lock guard(mutex_);
    std::erase(sources_, &source);
    if (sources_.empty()) stop(guard);
  }

  /// Local. Ends the thread for good, before MPI_Finalize goes on: MPICH has switched its own
  /// locking off by the time it runs delete callbacks, so no second thread may be in MPI then.
  void retire() {
    std::unique_lock guard(mutex_);
    is_retired_ = true;
    stop(guard);
  }

 private:
  using duration = std::chrono::steady_clock::duration;

  void stop(std::unique_lock<std::mutex>& guard) {
    std::thread finished = std::move(thread_);
    changed_.notify_one();
    guard.unlock();
    if (finished.joinable()) finished.join();
  }

  void serve() {
    auto asked = std::chrono::steady_clock::now();
    std::unique_lock guard(mutex_);
    while (thread_is_wanted()) {
      bool busy = false;
      std::erase_if(sources_, [&](progress_source* each) { return !attend(*each, busy); });
      const auto now = std::chrono::steady_clock::now();
      if (busy) asked = now;
      changed_.wait_for(guard, nap_after(now - asked));
    }
  }

  /// A source that fails is left alone: its owner meets the error in its own next call.
  static bool attend(progress_source& source, bool& busy) noexcept {
    try {
      busy |= source.attend();
      return true;
    } catch (...) {
      return false;
    }
  }

  static duration nap_after(duration silence) {
    using std::chrono::milliseconds;
    return std::clamp<duration>(silence / 16, milliseconds(1), milliseconds(4));
  }

  /// False once `stop` has taken the handle, even if `add` has started a successor since.
  bool thread_is_wanted() const { return thread_.get_id() == std::this_thread::get_id(); }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<progress_source*> sources_;
  std::thread thread_;
  bool is_retired_ = false;
};

}  // namespace mpilock::detail
