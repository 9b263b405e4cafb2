#pragma once
/// @file
/// @brief Boost.Interprocess's sharable mutex.

#include <boost/interprocess/sync/interprocess_sharable_mutex.hpp>
#include <string>

#include "../contender.hpp"
#include "../shared_block.hpp"

namespace lockbench {

class boost_lock {
 public:
  explicit boost_lock(const launch_facts& here) : mutex_(here) {}

  static contender_facts facts() {
    return {"boost_sharable_mutex", "peer", "none",
            "boost::interprocess::interprocess_sharable_mutex in shared memory"};
  }
  static std::string why_not(const launch_facts& here) { return why_not_shared(here); }

  void lock() { mutex_->lock(); }
  void unlock() { mutex_->unlock(); }
  void lock_shared() { mutex_->lock_sharable(); }
  void unlock_shared() { mutex_->unlock_sharable(); }
  void serve() {}
  void free() { mutex_.free(); }

 private:
  shared_block<boost::interprocess::interprocess_sharable_mutex> mutex_;
};

}  // namespace lockbench
