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
    return verdict(values);
  }

  /// Collective. Throws on every rank alike unless all want the same and nobody objects. Ballots of
  /// ranks that have left are for the caller to judge.
  template <class Idle>
  verdict agree(const ballot& mine, Idle& idle) {
    const verdict all = compare(mine, idle);
    if (all.departed < 0) require(mine, all, idle);
    return all;
  }

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
  void depart(ballot mine) {
    if (comm_.size() == 1) return;
    mine.departed = 1;
    departure& cast =
        departures_.emplace_back(departure{mine.pack(comm_.rank()), MPI_REQUEST_NULL});
    cast.request = comm_.start_min(cast.values);
  }

 private:
  struct departure {
    ballot::minima values;
    MPI_Request request;
  };

  /// What was cast before must be complete first: the others' matching calls come first, too.
  template <class Idle>
  void await_departures(Idle& idle) {
    for (; !departures_.empty(); departures_.pop_front())
      communicator::wait(departures_.front().request, idle);
  }

  communicator comm_;
  std::string name_;
  std::list<departure> departures_;  // MPI knows the addresses
};

}  // namespace mpilock::detail
