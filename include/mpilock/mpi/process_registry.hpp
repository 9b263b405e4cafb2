#pragma once
/// @file
/// @brief What this process owes to others: controllers that are open, locks that it serves.

#include <mpi.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <ostream>
#include <thread>
#include <utility>
#include <vector>

#include "mpilock/mpi/duplicate.hpp"
#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/mpi/process_singleton.hpp"
#include "mpilock/os/napping_thread.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock::detail {

/// What the process knows of a controller, whatever its policies.
class open_controller {
 public:
  virtual ~open_controller() = default;
  /// Collective with the other ranks' `close`, destructor or MPI_Finalize.
  virtual void close_at_finalize() noexcept = 0;
  /// One line on what this rank holds and waits for. May run in a thread of its own.
  virtual void describe(std::ostream& out) const = 0;
  /// Whether a rank waits for this one in a collective call of this controller. `rank` is its
  /// number in `of`; it may be no rank here. May run in a thread of its own.
  virtual bool is_awaited_by(MPI_Comm of, int rank) const = 0;
};

/// The one registry of the process: its open controllers, and the sources that its waiting calls
/// and its thread serve.
///
/// At MPI_Finalize it closes what is still open, one controller after the other. Each close waits
/// for the same close on the other ranks, so all ranks need one order, also where communicators
/// overlap and threads make controllers at the same time. That order is the controllers' keys, on
/// which their ranks have agreed: of all ranks' `next_key`, the greatest. No two controllers have
/// the same key, because the process that it comes from has given it once.
class process_registry {
 public:
  /// Hidden like `process_singleton`, so that a library that calls it is the one that is kept
  /// loaded.
  [[gnu::visibility("hidden")]] static process_registry& of_this_process() {
    return process_singleton<process_registry>();
  }

  static constexpr const char* singleton_name = "process_registry";

  /// Local. A key that no process of this world has given before. Processes of several worlds,
  /// which MPI_Comm_connect or MPI_Comm_spawn brought together, may give equal keys: such
  /// controllers are closed in the order in which they were made, which two threads might not
  /// share.
  std::int64_t next_key() {
    int process = 0;
    mpi_call("MPI_Comm_rank", MPI_Comm_rank(MPI_COMM_WORLD, &process));
    return ++keys_given_ << bits_of_process | process;
  }

  /// Local. Has MPI_Finalize close what is open then: a delete callback on MPI_COMM_SELF runs
  /// before anything else there (MPI 4.0, section 11.2.4, "Allowing User Functions at MPI
  /// Finalization"), while all of MPI still works.
  void hook_finalize() {
    const std::lock_guard guard(mutex_);
    if (is_hooked_) return;
    int key = MPI_KEYVAL_INVALID;
    mpi_call("MPI_Comm_create_keyval",
             MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, &at_finalize, &key, nullptr));
    mpi_call("MPI_Comm_set_attr", MPI_Comm_set_attr(MPI_COMM_SELF, key, this));
    mpi_call("MPI_Comm_free_keyval", MPI_Comm_free_keyval(&key));  // lives on while it is in use
    is_hooked_ = true;
  }

  /// @name Controllers @{
  void add(std::int64_t key, open_controller& controller) {
    const std::lock_guard guard(mutex_);
    open_.emplace(key, &controller);
  }
  void remove(const open_controller& controller) noexcept {
    const std::lock_guard guard(mutex_);
    std::erase_if(open_, [&](const auto& each) { return each.second == &controller; });
  }
  /// Keeps a controller whose owner is gone, but which all ranks have yet to free together.
  void adopt(std::unique_ptr<open_controller> abandoned) {
    const std::lock_guard guard(mutex_);
    abandoned_.push_back(std::move(abandoned));
  }
  /// Whether a rank waits for this process in a collective call of another controller than this.
  bool is_awaited_elsewhere(const open_controller& here, MPI_Comm of, int rank) const {
    const std::lock_guard guard(mutex_);
    return std::ranges::any_of(open_, [&](const auto& each) {
      return each.second != &here && each.second->is_awaited_by(of, rank);
    });
  }
  void describe(std::ostream& out) const {
    const std::lock_guard guard(mutex_);
    for (const auto& [key, controller] : open_) controller->describe(out);
  }
  /// @}

  /// @name Sources @{
  /// From now on waiting calls serve `source`; so does the thread, if `by_thread`, which starts it.
  /// @throws std::system_error if the thread can't start; `source` has not been added then
  void add(progress_source& source, bool by_thread) {
    const std::lock_guard guard(mutex_);
    sources_.push_back({&source, by_thread});
    try {
      if (by_thread && !is_retired_) thread_.start([this] { return look(); });
    } catch (...) {
      sources_.pop_back();
      throw;
    }
  }
  /// On return nobody touches `source` any more.
  void remove(const progress_source& source) {
    std::thread finished;
    {
      const std::lock_guard guard(mutex_);
      std::erase_if(sources_, [&](const served& each) { return each.source == &source; });
      if (std::ranges::none_of(sources_, &served::by_thread)) finished = thread_.dismiss();
    }
    if (finished.joinable()) finished.join();
  }
  /// Serves every source or, of very many, the next ones in turn, so that a waiting call comes back
  /// to its own business. A source that fails harms no call on another lock: its owner meets the
  /// error in its own next call.
  void serve() noexcept {
    const std::lock_guard guard(mutex_);
    for (std::size_t i = std::min(sources_.size(), most_at_a_time); i > 0; --i)
      try_to([&] { return sources_[next_++ % sources_.size()].source->advance(); });
  }
  /// Whether there is anything to serve.
  bool serves_any() noexcept {
    const std::lock_guard guard(mutex_);
    return !sources_.empty();
  }
  /// Ends the thread for good: no second thread may be in MPI while MPI_Finalize or exit() goes on.
  void retire_thread() {
    std::thread finished;
    {
      const std::lock_guard guard(mutex_);
      is_retired_ = true;
      finished = thread_.dismiss();
    }
    if (finished.joinable()) finished.join();
  }
  /// @}

 private:
  static constexpr std::size_t most_at_a_time = 128;  // takes some tens of microseconds
  static constexpr int bits_of_process = 24;          // as many ranks as no machine has

  struct served {
    progress_source* source;
    bool by_thread;
  };

  template <class Action>
  static bool try_to(Action&& action) noexcept {
    try {
      return action();
    } catch (...) {
      return false;
    }
  }

  /// The thread's. MPI makes progress once, through one source after the other, look by look; what
  /// has arrived is then served at all of them.
  bool look() noexcept {
    const std::lock_guard guard(mutex_);
    if (sources_.empty()) return false;
    ++looks_;
    bool mpi_has_had_turns = false;
    bool busy = false;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      const served& each = sources_[(i + looks_) % sources_.size()];
      if (!each.by_thread) continue;
      busy |= try_to([&] {
        return std::exchange(mpi_has_had_turns, true) ? each.source->serve_arrived()
                                                      : each.source->progress();
      });
    }
    return busy;
  }

  static int at_finalize(MPI_Comm, int, void* all, void*) noexcept {
    static_cast<process_registry*>(all)->close_all();
    return MPI_SUCCESS;
  }

  /// For threaded_progress, which the user has asked for, where nothing has ended the thread before
  /// MPICH's MPI_Finalize (before_finalize.hpp). It is too late, so words are all that is left.
  void warn_of_thread() noexcept {
#if defined(MPICH_NUMVERSION) || defined(I_MPI_NUMVERSION)
    const std::lock_guard guard(mutex_);
    if (thread_.runs())
      std::fputs(
          "mpilock: a controller with a progress thread is still open at MPI_Finalize, where MPICH "
          "may abort (pthread_mutex_destroy); close() it before MPI_Finalize\n",
          stderr);
#endif
  }

  void close_all() noexcept {
    warn_of_thread();
    retire_thread();
    for (open_controller* next = first_open(); next != nullptr; next = first_open()) {
      next->close_at_finalize();
      remove(*next);
    }
    abandoned_.clear();
    duplicate::forget_key();
  }

  open_controller* first_open() {
    const std::lock_guard guard(mutex_);
    return open_.empty() ? nullptr : open_.begin()->second;
  }

  mutable std::mutex mutex_;
  std::multimap<std::int64_t, open_controller*> open_;  // see `next_key`
  std::vector<std::unique_ptr<open_controller>> abandoned_;
  std::vector<served> sources_;
  napping_thread thread_;
  std::size_t next_ = 0;   // to be served by a waiting call
  std::size_t looks_ = 0;  // of the thread
  std::atomic<std::int64_t> keys_given_ = 0;
  bool is_hooked_ = false;
  bool is_retired_ = false;
};

}  // namespace mpilock::detail
