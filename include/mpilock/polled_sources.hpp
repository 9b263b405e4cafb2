#pragma once
/// @file
/// @brief The locks that this process hosts and serves whenever it waits inside the library.
/// @ingroup mpilock

#include <mutex>
#include <vector>

#include "mpilock/progress_source.hpp"

namespace mpilock {

/// The process's list of sources that other ranks need. The library serves all of them in every call
/// that waits, on whichever lock: the rank that this one waits for may need another lock first.
class polled_sources {
 public:
  /// Local. The one list, for all controllers of the process and its progress thread.
  static polled_sources& of_this_process() {
    static auto& all = *new polled_sources;  // never destroyed: nothing outlives it
    return all;
  }

  /// Local. Serves every source in the list.
  void advance_all() {
    const std::lock_guard guard(mutex_);
    for (progress_source* each : sources_) each->advance();
  }

  /// Local. Whether there is anything to serve.
  bool any() {
    const std::lock_guard guard(mutex_);
    return !sources_.empty();
  }

  /// For progress policies: keeps a source in the list for as long as it lives, if the source hosts
  /// anything.
  class registration {
   public:
    /// Local. `source` must live longer than this; its `hosts()` is asked once, now.
    explicit registration(progress_source& source) : source_(source.hosts() ? &source : nullptr) {
      if (source_ != nullptr) of_this_process().add(*source_);
    }
    ~registration() {
      if (source_ != nullptr) of_this_process().remove(*source_);
    }
    registration(const registration&) = delete;
    registration& operator=(const registration&) = delete;

   private:
    progress_source* source_;
  };

 private:
  void add(progress_source& source) {
    const std::lock_guard guard(mutex_);
    sources_.push_back(&source);
  }
  void remove(progress_source& source) {
    const std::lock_guard guard(mutex_);
    std::erase(sources_, &source);
  }

  std::mutex mutex_;
  std::vector<progress_source*> sources_;
};

}  // namespace mpilock
