#pragma once
/// @file
/// @brief The reader-writer lock of the C library, shared between processes.

#include <pthread.h>

#include <string>

#include "../contender.hpp"
#include "../shared_block.hpp"

namespace lockbench {

/// `Kind` is a value for pthread_rwlockattr_setkind_np.
template <int Kind>
class pthread_lock {
 public:
  explicit pthread_lock(const launch_facts& here) : shared_(here) {}

  static contender_facts facts() {
    if (Kind == PTHREAD_RWLOCK_PREFER_READER_NP)
      return {"pthread_rwlock", "peer", "readers", "pthread_rwlock_t in shared memory"};
    return {"pthread_rwlock_writer_preferring", "peer", "writers",
            "pthread_rwlock_t, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP, in shared memory"};
  }
  static std::string why_not(const launch_facts& here) { return why_not_shared(here); }

  void lock() { pthread_rwlock_wrlock(&shared_->lock); }
  void unlock() { pthread_rwlock_unlock(&shared_->lock); }
  void lock_shared() { pthread_rwlock_rdlock(&shared_->lock); }
  void unlock_shared() { pthread_rwlock_unlock(&shared_->lock); }
  void serve() {}
  void free() { shared_.free(); }

 private:
  struct between_processes {
    between_processes() {
      pthread_rwlockattr_t attributes;
      pthread_rwlockattr_init(&attributes);
      pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
      pthread_rwlockattr_setkind_np(&attributes, Kind);
      pthread_rwlock_init(&lock, &attributes);
      pthread_rwlockattr_destroy(&attributes);
    }
    ~between_processes() { pthread_rwlock_destroy(&lock); }
    between_processes(const between_processes&) = delete;
    between_processes& operator=(const between_processes&) = delete;

    pthread_rwlock_t lock{};
  };
  shared_block<between_processes> shared_;
};

}  // namespace lockbench
