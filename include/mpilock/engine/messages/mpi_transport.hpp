#pragma once
/// @file
/// @brief The transport of the message engine on MPI.

#include <mpi.h>

#include <atomic>
#include <chrono>
#include <deque>

#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/os/growing_nap.hpp"
#include "mpilock/policy/lock_site.hpp"
#include "mpilock/policy/message.hpp"

namespace mpilock {

/// The transport: nonblocking sends, and one receive that is always posted. Its tag belongs to the
/// controller, and no other messages carry it.
///
/// The fences order the user's plain loads and stores of memory that ranks share: (1) before a
/// message is sent, (2) after a message is received. Release, grant and acquire form a chain of
/// messages.
class mpi_transport {
 public:
  static constexpr int burst = 64;
  /// A few microseconds: more than an idle root needs to answer, and less than a time slice.
  static constexpr int looks = 32;
  /// No naps at first: a turn is handed over, and should not find its rank asleep.
  static constexpr growing_nap::limits naps{std::chrono::microseconds(0),
                                            std::chrono::microseconds(500)};

  explicit mpi_transport(const lock_site& site) : comm_(ranks_of(site)), root_(site.root()) {
    listen();
  }
  ~mpi_transport() { stop_listening(); }
  mpi_transport(const mpi_transport&) = delete;
  mpi_transport& operator=(const mpi_transport&) = delete;

  int rank() const noexcept { return comm_.rank(); }
  int size() const noexcept { return comm_.size(); }
  int root() const noexcept { return root_; }

  /// The buffer stays until MPI has finished with it, so that a busy receiver delays no sender.
  void send(int to, const message& said) {
    forget_sent();
    std::atomic_thread_fence(std::memory_order_release);  // (1)
    sent& next = under_way_.emplace_back(sent{said.pack(), MPI_REQUEST_NULL});
    detail::mpi_call("MPI_Isend", MPI_Isend(next.words.data(), length, MPI_INT64_T, to,
                                            comm_.lock_tag(), comm_.get(), &next.request));
  }

  bool receive(int& from, message& said) {
    forget_sent();
    int found = 0;
    MPI_Status status;
    detail::mpi_call("MPI_Test", MPI_Test(&heard_, &found, &status));
    if (found == 0) return false;
    std::atomic_thread_fence(std::memory_order_acquire);  // (2)
    from = status.MPI_SOURCE;
    said = message::unpack(words_);
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
  static constexpr int length = 4;
  struct sent {
    message::wire words;
    MPI_Request request;
  };

  void listen() {
    detail::mpi_call("MPI_Irecv", MPI_Irecv(words_.data(), length, MPI_INT64_T, MPI_ANY_SOURCE,
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
      detail::mpi_call("MPI_Test", MPI_Test(&under_way_.front().request, &done, MPI_STATUS_IGNORE));
      if (done == 0) return;
      under_way_.pop_front();
    }
  }

  const detail::communicator& comm_;
  int root_;
  message::wire words_{};
  MPI_Request heard_ = MPI_REQUEST_NULL;
  // MPI knows the addresses. Additions and removals at the ends of a deque keep them.
  std::deque<sent> under_way_;
};

}  // namespace mpilock
