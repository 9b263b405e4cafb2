#pragma once
/// @file
/// @brief All the locks that this process hosts and serves by polling.

#include <mutex>
#include <thread>
#include <vector>

#include "mpilock/progress_source.hpp"

namespace mpilock::detail {

/// The process's list of sources that other ranks need.
class hosted_sources {
 public:
  static hosted_sources& of_this_process() {
    static auto& all = *new hosted_sources;  // never destroyed: nothing outlives it
    return all;
  }

  /// Serves every source in the list.
  void advance_all() {
    const std::lock_guard guard(mutex_);
    for (progress_source* each : sources_) each->advance();
  }

  /// Keeps a source in the list for as long as it lives, if the source hosts anything.
  class registration {
   public:
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

/// What a rank does while it waits for a lock that doesn't exist yet, or no longer: it serves the
/// other locks that it hosts, since the ranks that it waits for may need one of them first.
struct standing_by {
  void idle() {
    hosted_sources::of_this_process().advance_all();
    std::this_thread::yield();
  }
};

}  // namespace mpilock::detail
