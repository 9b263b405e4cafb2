#pragma once
/// @file
/// @brief The ranks of a controller in its collective calls, including those that leave early.

#include <mpi.h>

#include <cstdint>
#include <list>
#include <string>
#include <utility>

#include "mpilock/detail/agreement.hpp"
#include "mpilock/detail/communicator.hpp"

namespace mpilock::detail {

/// Every collective call of a controller begins with one comparison of ballots, in the same order
/// on all ranks. A rank that can't take part, because an exception is under way there, casts its
/// ballot without waiting and goes; the others read it and don't wait for more from that rank.
class congregation {
 public:
  congregation() = default;
  congregation(communicator comm, std::string name) : comm_(comm), name_(std::move(name)) {}

  const communicator& comm() const noexcept { return comm_; }
  communicator& comm() noexcept { return comm_; }

  /// Collective. What all ranks said; throws nothing on account of it.
  template <class Idle>
  verdict compare(const ballot& mine, Idle& idle) {
    await_departures(idle);
    auto values = mine.pack(comm_.rank());
    if (comm_.size() > 1) comm_.all_reduce_min(values, idle);
    const verdict all(values);
    if (all.left_controller >= 0) deserter_ = all.left_controller;
    return all;
  }

  /// Collective. Throws on every rank alike unless all want the same and nobody objects, and from
  /// the moment when a rank has gone for good. Fences left early are for the caller to judge.
  template <class Idle>
  verdict agree(const ballot& mine, Idle& idle) {
    require_company();
    const verdict all = compare(mine, idle);
    require_company();
    if (all.left_fence < 0) require(mine, all, idle);
    return all;
  }

  /// Whether a rank is known to have gone for good: then no other collective call is possible, and
  /// since all ranks have read so in the same verdict, none of them waits in one.
  bool is_deserted() const noexcept { return deserter_ >= 0; }
  /// For MPI_Finalize, where the rank comes back.
  void forget_desertion() noexcept { deserter_ = -1; }

  /// Collective, after a verdict without departures: throws on every rank alike if the ranks don't
  /// want the same or one of them objects.
  template <class Idle>
  void require(const ballot& mine, const verdict& all, Idle& idle) {
    if (comm_.size() > 1) return require_agreement(comm_, mine, all, name_, idle);
    const std::string text = "mpilock '" + name_ + "': rank 0: " + mine.complaint;
    if (all.against == objection::usage) throw usage_error(text);
    if (all.against == objection::unavailable) throw unavailable_error(text);
  }

  /// Casts a ballot and does not wait.
  void depart(ballot mine, departure how) {
    if (comm_.size() == 1 || is_deserted()) return;
    mine.leaves = how;
    cast& last = departures_.emplace_back(cast{mine.pack(comm_.rank()), MPI_REQUEST_NULL});
    last.request = comm_.start_min(last.values);
  }

 private:
  struct cast {
    ballot::minima values;
    MPI_Request request;
  };

  void require_company() const {
    if (is_deserted())
      throw mismatch_error("mpilock '" + name_ + "': rank " + std::to_string(deserter_) +
                           " has left this controller by an exception; make a new one");
  }

  /// What was cast before must be complete first: the others' matching calls come first, too.
  template <class Idle>
  void await_departures(Idle& idle) {
    for (; !departures_.empty(); departures_.pop_front())
      communicator::wait(departures_.front().request, idle);
  }

  communicator comm_;
  std::string name_;
  int deserter_ = -1;
  std::list<cast> departures_;  // MPI knows the addresses
};

}  // namespace mpilock::detail
