#pragma once
/// @file
/// @brief The letters that the ranks of an exchange send to each other.

#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <utility>

#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/vocabulary/byte_buffer.hpp"
#include "mpilock/vocabulary/codec.hpp"

namespace mpilock::detail {

/// A message of one rank to another one, in a round.
struct letter {
  std::int64_t round;
  std::int64_t step;  ///< of the round, or another number whose meaning is the sender's
  int from;
  byte_buffer text;
};

/// Sends letters on one tag, and receives those that have arrived. No call waits for another rank.
class letter_post {
 public:
  /// @param key is the same on all ranks, and differs from that of every other post. MPI may reuse
  /// the context of a freed communicator. Then a letter that no rank had to receive arrives in the
  /// new communicator. Its key shows that it does not belong there.
  letter_post(MPI_Comm comm, int tag, std::int64_t key) : comm_(comm), tag_(tag), key_(key) {}
  letter_post(const letter_post&) = delete;
  letter_post& operator=(const letter_post&) = delete;

  /// If MPI has sent everything there is nothing to do. After an exception, the messages that MPI
  /// has not sent yet stay where they are, because MPI knows their addresses.
  ~letter_post() {
    try {
      if (under_way_.empty() || (!mpi_finalized() && has_sent_all())) return;
      static_cast<void>(new std::deque<sent>(std::move(under_way_)));
    } catch (...) {  // MPI itself has failed, so it sends nothing any more
    }
  }

  /// The buffer stays until MPI has finished with it, so that a busy receiver delays no sender.
  void send(int to, std::int64_t round, std::int64_t step, std::span<const std::byte> text) {
    has_sent_all();
    byte_buffer bytes;
    for (const std::int64_t each : {key_, round, step}) codec<std::int64_t>::encode(each, bytes);
    bytes.insert(bytes.end(), text.begin(), text.end());
    sent& next = under_way_.emplace_back(sent{std::move(bytes), MPI_REQUEST_NULL});
    mpi_call("MPI_Isend", MPI_Isend(next.bytes.data(), static_cast<int>(next.bytes.size()),
                                    MPI_BYTE, to, tag_, comm_, &next.request));
  }

  /// @return whether MPI has finished with all letters of this rank
  bool has_sent_all() {
    while (!under_way_.empty()) {
      int done = 0;
      mpi_call("MPI_Test", MPI_Test(&under_way_.front().request, &done, MPI_STATUS_IGNORE));
      if (done == 0) return false;
      under_way_.pop_front();
    }
    return true;
  }

  /// Whether a letter of this rank has arrived that was not received. Any thread may ask.
  bool has_letter_of(int rank) const {
    int is_there = 0;
    mpi_call("MPI_Iprobe", MPI_Iprobe(rank, tag_, comm_, &is_there, MPI_STATUS_IGNORE));
    return is_there != 0;
  }

  /// @return a letter that has arrived, or nothing. The sender of a long text stays until it has
  /// been received, so MPI_Recv never waits for long.
  std::optional<letter> receive() {
    for (;;) {
      int is_there = 0;
      MPI_Status status;
      mpi_call("MPI_Iprobe", MPI_Iprobe(MPI_ANY_SOURCE, tag_, comm_, &is_there, &status));
      if (is_there == 0) return std::nullopt;
      int count = 0;
      mpi_call("MPI_Get_count", MPI_Get_count(&status, MPI_BYTE, &count));
      byte_buffer bytes(static_cast<std::size_t>(count));
      mpi_call("MPI_Recv", MPI_Recv(bytes.data(), count, MPI_BYTE, status.MPI_SOURCE, tag_, comm_,
                                    MPI_STATUS_IGNORE));
      byte_reader reader(bytes);
      if (codec<std::int64_t>::decode(reader) != key_) continue;
      letter next{codec<std::int64_t>::decode(reader),
                  codec<std::int64_t>::decode(reader),
                  status.MPI_SOURCE,
                  {}};
      const auto rest = reader.take_all();
      next.text.assign(rest.begin(), rest.end());
      return next;
    }
  }

 private:
  struct sent {
    byte_buffer bytes;
    MPI_Request request;
  };

  MPI_Comm comm_;
  int tag_;
  std::int64_t key_;
  std::deque<sent> under_way_;  // MPI knows the addresses
};

}  // namespace mpilock::detail
