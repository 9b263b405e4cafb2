#pragma once
/// @file
/// @brief The ranks and the root for which a lock is built.
/// @ingroup policy

#include <mpi.h>

#include <string>

#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/waiting.hpp"

namespace mpilock {

/// What a backend builds its lock from. All ranks agree on it. It is valid until the lock's
/// constructor returns. Its communicator and its tag stay valid until the lock's `free` returns.
class lock_site {
 public:
  /// Local. `comm` must live as long as the lock.
  lock_site(const detail::communicator& comm, int root, bool has_thread) noexcept
      : comm_(&comm), root_(root), has_thread_(has_thread) {}

  /// This rank, as numbered in `comm()`.
  int rank() const noexcept { return comm_->rank(); }
  /// The number of ranks that share the lock.
  int size() const noexcept { return comm_->size(); }
  /// The rank that hosts the lock's state, where one rank hosts it.
  int root() const noexcept { return root_; }
  /// Whether the progress policy serves from a thread on every rank. Then a root still answers
  /// while it is inside MPI or computes.
  bool has_thread() const noexcept { return has_thread_; }

  /// A private duplicate of the user's communicator. Locks share it and do not own it. A lock may
  /// make windows on it. Its messages carry `tag()`, and it starts no other collective call there.
  MPI_Comm comm() const noexcept { return comm_->get(); }
  /// The tag of this lock. No other lock uses it.
  int tag() const noexcept { return comm_->lock_tag(); }

  /// Collective. Lets construction fail on all ranks together. A rank on which a step failed passes
  /// the reason; every other rank passes an empty text.
  /// @throws unavailable_error on every rank if any rank passes a reason, with all reasons in it
  void require_everywhere(const std::string& failure) const {
    detail::standing_by idle;
    detail::require_everywhere(*comm_, failure, idle);
  }
  /// Collective. @return whether all ranks pass true, the same on all ranks
  bool all_say_yes(bool mine) const {
    detail::standing_by idle;
    return detail::all_say_yes(*comm_, mine, idle);
  }

 private:
  friend const detail::communicator& ranks_of(const lock_site& site) noexcept {
    return *site.comm_;  // for the engines of the library
  }

  const detail::communicator* comm_;
  int root_;
  bool has_thread_;
};

}  // namespace mpilock
