#pragma once
/// @file
/// @brief Short messages of a fixed size between the ranks of a communicator.

#include <mpi.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/mpi_call.hpp"

namespace mpilock::detail {

/// Nonblocking sends, and one receive that is always posted. The messages carry the tag that the
/// communicator keeps for its lock, and no others do. All functions are local.
template <std::size_t Words>
class message_port {
 public:
  using words = std::array<std::int64_t, Words>;

  /// @param comm must live longer
  explicit message_port(const communicator& comm) : comm_(comm) { listen(); }
  ~message_port() { stop_listening(); }
  message_port(const message_port&) = delete;
  message_port& operator=(const message_port&) = delete;

  /// The buffer stays until MPI has finished with it, so that a busy receiver delays no sender.
  void send(int to, const words& what) {
    forget_sent();
    sent& next = under_way_.emplace_back(sent{what, MPI_REQUEST_NULL});
    mpi_call("MPI_Isend", MPI_Isend(next.what.data(), Words, MPI_INT64_T, to, comm_.lock_tag(),
                                    comm_.get(), &next.request));
  }

  /// @return whether a message had arrived
  bool receive(int& from, words& what) {
    forget_sent();
    int found = 0;
    MPI_Status status;
    mpi_call("MPI_Test", MPI_Test(&heard_, &found, &status));
    if (found == 0) return false;
    from = status.MPI_SOURCE;
    what = arriving_;
    listen();
    return true;
  }

  /// Waits until MPI has finished with every message sent. No message may be sent afterwards.
  template <class Idle>
  void drain(Idle& idle) {
    stop_listening();
    while (!under_way_.empty()) {
      forget_sent();
      idle.idle();
    }
  }

 private:
  struct sent {
    words what;
    MPI_Request request;
  };

  void listen() {
    mpi_call("MPI_Irecv", MPI_Irecv(arriving_.data(), Words, MPI_INT64_T, MPI_ANY_SOURCE,
                                    comm_.lock_tag(), comm_.get(), &heard_));
  }

  /// Cancels the receive, because its buffer ends with this object.
  void stop_listening() {
    if (heard_ == MPI_REQUEST_NULL) return;
    MPI_Cancel(&heard_);
    MPI_Wait(&heard_, MPI_STATUS_IGNORE);
  }

  void forget_sent() {
    while (!under_way_.empty()) {
      int done = 0;
      mpi_call("MPI_Test", MPI_Test(&under_way_.front().request, &done, MPI_STATUS_IGNORE));
      if (done == 0) return;
      under_way_.pop_front();
    }
  }

  const communicator& comm_;
  words arriving_{};
  MPI_Request heard_ = MPI_REQUEST_NULL;
  // MPI knows the addresses. Additions and removals at the ends of a deque keep them.
  std::deque<sent> under_way_;
};

}  // namespace mpilock::detail
