#pragma once
/// @file
/// @brief The transport of the message engine on MPI.

#include <atomic>
#include <chrono>
#include <tuple>

#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/message_port.hpp"
#include "mpilock/os/growing_nap.hpp"
#include "mpilock/policy/lock_site.hpp"
#include "mpilock/policy/message.hpp"

namespace mpilock {

/// The transport of the message engine: messages through a `message_port`.
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

  explicit mpi_transport(const lock_site& site)
      : comm_(ranks_of(site)), port_(comm_), root_(site.root()) {}

  int rank() const noexcept { return comm_.rank(); }
  int size() const noexcept { return comm_.size(); }
  int root() const noexcept { return root_; }

  void send(int to, const message& said) {
    std::atomic_thread_fence(std::memory_order_release);  // (1)
    port_.send(to, said.pack());
  }

  bool receive(int& from, message& said) {
    message::wire words;
    if (!port_.receive(from, words)) return false;
    std::atomic_thread_fence(std::memory_order_acquire);  // (2)
    said = message::unpack(words);
    return true;
  }

  /// Waits until MPI has finished with every message sent. No message may be sent afterwards.
  template <class Idle>
  void drain(Idle& idle) {
    port_.drain(idle);
  }

 private:
  const detail::communicator& comm_;
  detail::message_port<std::tuple_size_v<message::wire>> port_;
  int root_;
};

}  // namespace mpilock
