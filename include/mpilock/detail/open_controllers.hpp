#pragma once
/// @file
/// @brief The controllers that this process has not closed yet, and what MPI_Finalize does to them.

#include <mpi.h>

#include <memory>
#include <mutex>
#include <ostream>
#include <vector>

#include "mpilock/detail/mpi_call.hpp"
#include "mpilock/detail/progress_thread.hpp"

namespace mpilock::detail {

/// What the process knows of a controller, whatever its policies.
class open_controller {
 public:
  virtual ~open_controller() = default;
  /// Collective with the other ranks' `close`, destructor or MPI_Finalize.
  virtual void close_at_finalize() noexcept = 0;
  /// One line on what this rank holds and waits for. May run in a thread of its own.
  virtual void describe(std::ostream& out) const = 0;
};

/// The process's list. Its first entry hangs a delete callback on MPI_COMM_SELF, which MPI_Finalize
/// runs before anything else (MPI 4.0, chapter 11, "Allowing User Functions at MPI
/// Finalization"), while all of MPI still works.
class open_controllers {
 public:
  static open_controllers& of_this_process() {
    static auto& all = *new open_controllers;  // never destroyed: nothing outlives it
    return all;
  }

  void add(open_controller& controller) {
    hook_finalize();
    const std::lock_guard guard(mutex_);
    open_.push_back(&controller);
  }

  void remove(open_controller& controller) {
    const std::lock_guard guard(mutex_);
    std::erase(open_, &controller);
  }

  /// Keeps a controller whose owner is gone, but which all ranks have yet to free together.
  void adopt(std::unique_ptr<open_controller> orphan) {
    const std::lock_guard guard(mutex_);
    orphans_.push_back(std::move(orphan));
  }

  void describe(std::ostream& out) const {
    const std::lock_guard guard(mutex_);
    for (const open_controller* each : open_) each->describe(out);
  }

 private:
  void hook_finalize() {
    const std::lock_guard guard(mutex_);
    if (hooked_) return;
    int key = MPI_KEYVAL_INVALID;
    mpi_call("MPI_Comm_create_keyval",
             MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, &at_finalize, &key, nullptr));
    mpi_call("MPI_Comm_set_attr", MPI_Comm_set_attr(MPI_COMM_SELF, key, this));
    mpi_call("MPI_Comm_free_keyval", MPI_Comm_free_keyval(&key));  // lives on while it is in use
    hooked_ = true;
  }

  static int at_finalize(MPI_Comm, int, void* all, void*) noexcept {
    static_cast<open_controllers*>(all)->close_all();
    return MPI_SUCCESS;
  }

  /// In the order of construction, which is collective: two ranks never wait for each other's next.
  void close_all() noexcept {
    progress_thread::of_this_process().retire();
    for (;;) {
      open_controller* oldest = nullptr;
      {
        const std::lock_guard guard(mutex_);
        if (!open_.empty()) oldest = open_.front();
      }
      if (oldest == nullptr) break;
      oldest->close_at_finalize();
      remove(*oldest);
    }
    orphans_.clear();
  }

  mutable std::mutex mutex_;
  std::vector<open_controller*> open_;
  std::vector<std::unique_ptr<open_controller>> orphans_;
  bool hooked_ = false;
};

}  // namespace mpilock::detail
