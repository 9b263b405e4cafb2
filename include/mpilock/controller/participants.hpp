#pragma once
/// @file
/// @brief The ranks of a controller in its collective calls, including those that leave early.
/// @ingroup controller

#include <cstdint>
#include <string>
#include <utility>

#include "mpilock/controller/ballot.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// Every collective call of a controller begins with one comparison of ballots, in the same order
/// on all ranks. A rank that can't take part, because an exception is under way there, casts its
/// ballot and leaves without waiting. The others read it, and expect no more from that rank.
class participants {
 public:
  participants(communicator comm, std::string name, std::int64_t key, bool all_have_threads)
      : comm_(std::move(comm)),
        name_(std::move(name)),
        key_(key),
        all_have_threads_(all_have_threads) {}

  const communicator& comm() const noexcept { return comm_; }
  communicator& comm() noexcept { return comm_; }
  /// What the ranks have agreed on, for the order of controllers at MPI_Finalize.
  std::int64_t key() const noexcept { return key_; }
  /// Whether the progress policy serves from a thread on every rank.
  bool all_have_threads() const noexcept { return all_have_threads_; }

  /// Collective. What all ranks said, or what a rank said that has left; throws nothing on account
  /// of it.
  template <class Idle>
  tally compare(const ballot& mine, Idle& idle) {
    auto values = mine.pack(comm_.rank());
    static_cast<void>(comm_.all_reduce_min(values, idle));  // the values tell who has departed
    const tally all(values);
    if (all.left_controller >= 0) departed_ = all.left_controller;
    return all;
  }

  /// Collective, before a call that this rank may leave out: see `exchange`. @return false if it
  /// gives up
  template <class Idle, class GiveUp>
  [[nodiscard]] bool await_company(Idle& idle, GiveUp&& gives_up) {
    return comm_.await_company(idle, gives_up);
  }

  /// Collective. Throws on every rank alike unless all want the same and nobody objects, and from
  /// the moment when a rank has gone for good. Fences left early are for the caller to judge.
  template <class Idle>
  tally agree(const ballot& mine, Idle& idle) {
    require_company();
    const tally all = compare(mine, idle);
    require_company();
    if (all.left_fence < 0) require(mine, all, idle);
    return all;
  }

  /// Whether a rank is known to have gone for good. Then no other collective call is possible, and
  /// none of the ranks waits in one, because each of them finds that departure.
  bool is_left() const noexcept { return departed_ >= 0; }
  /// For MPI_Finalize, where the rank comes back.
  void forget_desertion() noexcept {
    if (std::exchange(departed_, -1) >= 0) comm_.start_over();
  }

  /// Collective, after a tally without departures: throws on every rank alike if the ranks don't
  /// want the same or one of them objects.
  template <class Idle>
  void require(const ballot& mine, const tally& all, Idle& idle) {
    require_agreement(comm_, mine, all, name_, idle);
  }

  /// Local. Casts a ballot and does not wait.
  void depart(ballot mine, departure how) {
    if (is_left()) return;
    const bool for_good = how == departure::from_controller;
    mine.leaves = how;
    if (for_good) departed_ = comm_.rank();
    comm_.depart(mine.pack(comm_.rank()), for_good);
  }

 private:
  void require_company() const {
    if (is_left())
      throw mismatch_error("mpilock '" + name_ + "': rank " + std::to_string(departed_) +
                           " has left this controller, by an exception or since it destroyed "
                           "controllers in another order; make a new one");
  }

  communicator comm_;
  std::string name_;
  std::int64_t key_;
  bool all_have_threads_;
  int departed_ = -1;
};

}  // namespace mpilock::detail
