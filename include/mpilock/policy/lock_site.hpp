#pragma once
/// @file
/// @brief Where a lock is to be built.
/// @ingroup policy

#include <mpi.h>

#include <string>

#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/waiting.hpp"

namespace mpilock {

/// What a backend builds its lock from. All ranks agree on it. It is valid until the lock's
/// constructor returns; the communicator, and the tag, until the lock's `free` returns.
class lock_site {
 public:
  /// Local. `comm` must live as long as the lock.
  lock_site(const detail::communicator& comm, int root, bool has_thread) noexcept
      : comm_(&comm), root_(root), has_thread_(has_thread) {}

  int rank() const noexcept { return comm_->rank(); }
  int size() const noexcept { return comm_->size(); }
  /// The rank that hosts what there is to host.
  int root() const noexcept { return root_; }
  /// Whether the progress policy serves others from a thread, so that a root that sits in MPI, or
  /// computes, still answers.
  bool has_thread() const noexcept { return has_thread_; }

  /// A private duplicate of the user's communicator, which locks share and do not own. Windows may
  /// be made on it. Messages on it have `tag()`, and a lock starts no collective call there.
  MPI_Comm comm() const noexcept { return comm_->get(); }
  /// The tag that no other lock uses.
  int tag() const noexcept { return comm_->lock_tag(); }

  /// Collective. The way to fail on all ranks together: a rank on which a step has failed passes the
  /// reason, every other rank an empty text.
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
