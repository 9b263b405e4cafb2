#pragma once
/// @file
/// @brief The one private duplicate of a user's communicator, which its controllers share.

#include <mpi.h>

#include <cstdint>
#include <mutex>
#include <utility>

#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/mpi/process_singleton.hpp"

namespace mpilock::detail {

/// A controller's share in the duplicate of its user's communicator.
///
/// MPI has room for few communicators (about 2,000 in MPICH), so each of the user's is duplicated
/// once, however many controllers it has. An attribute of the user's communicator leads to the
/// duplicate. It isn't copied by MPI_Comm_dup, and it goes when the user frees that communicator.
///
/// Sharing is safe because controllers exchange messages on tags of their own (exchange.hpp), and
/// call nothing collective on the duplicate but in `sync`, which all ranks call in one order.
class duplicate {
 public:
  duplicate() = default;
  duplicate(duplicate&& from) noexcept : record_(std::exchange(from.record_, nullptr)) {}
  duplicate& operator=(duplicate&& from) noexcept {
    record_ = std::exchange(from.record_, nullptr);
    return *this;
  }

  /// Local. A share in the duplicate that `users` has, or nothing if it has none.
  static duplicate kept_for(MPI_Comm users) {
    auto& [mutex, key] = process_singleton<common>();
    const std::lock_guard guard(mutex);
    if (key == MPI_KEYVAL_INVALID) return {};
    record* kept = nullptr;
    int is_there = 0;
    mpi_call("MPI_Comm_get_attr",
             MPI_Comm_get_attr(users, key, static_cast<void*>(&kept), &is_there));
    if (is_there == 0) return {};
    ++kept->shares;
    return duplicate(kept);
  }

  /// Collective: makes a new one, once all ranks are here, since MPI_Comm_dup blocks inside MPI.
  /// It takes no info hints along, which could weaken what windows on it promise.
  /// @param id tells it from every other duplicate of `users`, and is the same on all ranks
  /// @throws mpi_error, without the help of the user's error handler
  static duplicate made_of(MPI_Comm users, std::int64_t id) {
    auto* made = new record{.id = id, .parent = users};
    try {
      make(users, made->handle);
      auto& [mutex, key] = process_singleton<common>();
      const std::lock_guard guard(mutex);
      if (key == MPI_KEYVAL_INVALID)
        mpi_call("MPI_Comm_create_keyval",
                 MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, &lose_parent, &key, nullptr));
      mpi_call("MPI_Comm_set_attr", MPI_Comm_set_attr(users, key, made));
    } catch (...) {
      delete made;
      throw;
    }
    return duplicate(made);
  }

  /// The same on all ranks; 0 if there is none.
  std::int64_t id() const noexcept { return record_ == nullptr ? 0 : record_->id; }
  MPI_Comm get() const noexcept { return record_ == nullptr ? MPI_COMM_NULL : record_->handle; }

  /// Local. The number for the next controller, if the others don't know of a higher one.
  int next_channel() const noexcept { return record_ == nullptr ? 0 : record_->next_channel; }
  /// Local. `channel`, on which all ranks have agreed, is taken.
  void take_channel(int channel) noexcept { record_->next_channel = channel + 1; }

  /// Collective for the last share, which frees the duplicate; else local.
  void give_back() {
    record* const mine = std::exchange(record_, nullptr);
    if (mine == nullptr) return;
    {
      auto& [mutex, key] = process_singleton<common>();
      const std::lock_guard guard(mutex);
      if (--mine->shares > 0) return;
      if (mine->parent != MPI_COMM_NULL)
        mpi_call("MPI_Comm_delete_attr", MPI_Comm_delete_attr(mine->parent, key));
    }
    mpi_call("MPI_Comm_free", MPI_Comm_free(&mine->handle));
    delete mine;
  }

  /// Local, in MPI_Finalize.
  static void forget_key() noexcept {
    auto& [mutex, key] = process_singleton<common>();
    const std::lock_guard guard(mutex);
    if (key != MPI_KEYVAL_INVALID) MPI_Comm_free_keyval(&key);
  }

 private:
  struct record {
    std::int64_t id;
    MPI_Comm parent;  // MPI_COMM_NULL once the user has freed it
    MPI_Comm handle = MPI_COMM_NULL;
    int shares = 1;
    int next_channel = 0;
  };

  /// What all duplicates of the process have in common.
  struct common {
    static constexpr const char* singleton_name = "duplicate";

    // Recursive, since MPI runs the callback within MPI_Comm_delete_attr.
    std::recursive_mutex mutex;
    int key = MPI_KEYVAL_INVALID;
  };

  explicit duplicate(record* shared) noexcept : record_(shared) {}

  /// MPI_Comm_dup reports through the error handler of the communicator that it duplicates, which
  /// as a rule aborts the program. So that is exchanged for the time of the call.
  static void make(MPI_Comm users, MPI_Comm& copy) {
    MPI_Errhandler theirs = MPI_ERRHANDLER_NULL;
    mpi_call("MPI_Comm_get_errhandler", MPI_Comm_get_errhandler(users, &theirs));
    MPI_Comm_set_errhandler(users, MPI_ERRORS_RETURN);
    const int code = MPI_Comm_dup_with_info(users, MPI_INFO_NULL, &copy);
    MPI_Comm_set_errhandler(users, theirs);
    MPI_Errhandler_free(&theirs);
    mpi_call("MPI_Comm_dup_with_info", code);
    mpi_call("MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(copy, MPI_ERRORS_RETURN));
    MPI_Comm_set_name(copy, "mpilock");  // for debuggers; of use to nothing else, so it may fail
  }

  /// The attribute's delete callback: the user frees the communicator, or the last share is gone.
  static int lose_parent(MPI_Comm, int, void* value, void*) noexcept {
    const std::lock_guard guard(process_singleton<common>().mutex);
    static_cast<record*>(value)->parent = MPI_COMM_NULL;
    return MPI_SUCCESS;
  }

  record* record_ = nullptr;
};

}  // namespace mpilock::detail
