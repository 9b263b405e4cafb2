#pragma once
/// @file
/// @brief The least that a lock by messages costs.

#include <mpi.h>
#include <sched.h>

#include <deque>
#include <string>

#include "../contender.hpp"
#include "../meeting.hpp"

namespace lockbench {

/// A passage takes a request, a reply and a release. The root only keeps a queue, and lets one rank
/// in at a time, in the order of arrival. Rank 0 is the root, and needs no message for its own
/// passages.
class ping_pong_and_half {
 public:
  explicit ping_pong_and_half(const launch_facts& here) : root_(here.rank == 0) {
    MPI_Comm_dup(here.comm, &comm_);
    if (root_) listen();
  }

  static contender_facts facts() {
    return {"ping_pong_and_half", "floor", "none",
            "request, reply and release to rank 0, which lets them in one by one as they come"};
  }
  static std::string why_not(const launch_facts& here) {
    return here.size > 1 ? "" : "it needs two ranks";
  }

  void lock() {
    if (!root_) return ask();
    serve();
    queue_.push_back(0);
    let_in();
    for (; inside_ != 0; sched_yield()) serve();
  }
  void unlock() {
    if (!root_) return tell(0, release);
    inside_ = nobody;
    serve();
  }
  void lock_shared() { lock(); }
  void unlock_shared() { unlock(); }

  void serve() {
    if (!root_) return;
    for (;;) {
      int come = 0;
      MPI_Status status{};
      MPI_Test(&heard_, &come, &status);
      if (come == 0) break;
      if (status.MPI_TAG == request)
        queue_.push_back(status.MPI_SOURCE);
      else
        inside_ = nobody;
      listen();
    }
    let_in();
  }

  void free() {
    meet(comm_, [this] { serve(); });
    if (root_) {
      serve();  // the last releases
      MPI_Cancel(&heard_);
      MPI_Wait(&heard_, MPI_STATUS_IGNORE);
    }
    MPI_Comm_free(&comm_);
  }

 private:
  enum tag { request, reply, release };
  static constexpr int nobody = -1;

  void listen() { MPI_Irecv(&letter_, 1, MPI_CHAR, MPI_ANY_SOURCE, MPI_ANY_TAG, comm_, &heard_); }
  void tell(int rank, tag what) {
    const char letter = 0;
    MPI_Send(&letter, 1, MPI_CHAR, rank, what, comm_);
  }

  void let_in() {
    if (inside_ != nobody || queue_.empty()) return;
    inside_ = queue_.front();
    queue_.pop_front();
    if (inside_ != 0) tell(inside_, reply);
  }

  /// Looks a few times before it yields, since the reply is quicker than a change of process.
  void ask() {
    constexpr int looks_awake = 64;
    MPI_Irecv(&letter_, 1, MPI_CHAR, 0, reply, comm_, &heard_);
    tell(0, request);
    for (int looks = 1, come = 0;; ++looks) {
      MPI_Test(&heard_, &come, MPI_STATUS_IGNORE);
      if (come != 0) return;
      if (looks > looks_awake) sched_yield();
    }
  }

  bool root_;
  MPI_Comm comm_ = MPI_COMM_NULL;
  MPI_Request heard_ = MPI_REQUEST_NULL;
  char letter_ = 0;
  int inside_ = nobody;
  std::deque<int> queue_;
};

}  // namespace lockbench
