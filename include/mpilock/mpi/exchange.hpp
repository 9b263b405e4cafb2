#pragma once
/// @file
/// @brief How the ranks of a controller compare what they have to say, by messages of their own.

#include <mpi.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/vocabulary/codec.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// Rounds of messages among all ranks, on one tag.
///
/// In step k of a round each rank sends what it knows to the rank 2^k after it, and receives what
/// the rank 2^k before it knows. After log2(size) steps all ranks know the same, and none of them
/// has waited for any but those that it needs. Source: the dissemination barrier of Hensgen, Finkel
/// and Manber, Int. J. Parallel Programming 17(1), 1988.
///
/// MPI's own collective calls would not do: controllers that share a communicator may be used in
/// any order and by several threads, and a rank that leaves early, by an exception, could take no
/// part in one. Here such a rank tells each of the others that it departs, and goes: the message is
/// small, so that MPI delivers it without the sender's further help as a rule. (Where MPI connects
/// two ranks by their first message, over TCP for example, it may need the sender's next MPI call.)
///
/// There are two kinds of departures. A rank that leaves *a round* takes part in the next one. A rank
/// that waits in this round ends it at once when it finds the departure; it can't end it in any other
/// way, because the rank that departed has sent nothing else for it. So the rounds of these ranks stay
/// in step, and a message of a round that is over is dropped.
///
/// A rank that leaves *for good* takes part in no round any more. Its departure ends that round and each
/// later one: other ranks may have ended that round already, on account of another departure.
/// `start_over`, on all ranks, then begins a new count.
class exchange {
 public:
  /// @param key is the same on all ranks, and no other exchange's. A communicator made later may have
  /// what MPI tells communicators apart by, so that a letter which nobody had to receive comes out
  /// there; its key tells that it is from elsewhere.
  exchange(MPI_Comm comm, int rank, int size, int tag, std::int64_t key)
      : comm_(comm), rank_(rank), size_(size), tag_(tag), key_(key) {}
  exchange(const exchange&) = delete;
  exchange& operator=(const exchange&) = delete;

  /// After `finish_sending` there is nothing to do. Else, after an exception, what MPI hasn't sent
  /// yet stays where it is: MPI knows the addresses.
  ~exchange() {
    try {
      if (under_way_.empty() || (!mpi_finalized() && sent_all())) return;
      static_cast<void>(new std::deque<sent>(std::move(under_way_)));
    } catch (...) {  // MPI itself has failed, so that it sends nothing any more
    }
  }

  /// Collective. Each rank gets the least of all ranks' values, place by place.
  /// @return false if a rank has departed instead: then `values` are the least of this rank's and of
  /// those that are known to have departed, which need not be the same on all ranks
  /// @param idle must not throw: MPI has the addresses of what is under way
  template <class Idle>
  [[nodiscard]] bool all_reduce_min(std::span<std::int64_t> values, Idle& idle) {
    ++round_;
    for (int step = 1; step < size_; step *= 2) {
      send((rank_ + step) % size_, step, std::as_bytes(values));
      const letter said = await((rank_ - step + size_) % size_, step, idle);
      take_least(values, said);
      if (said.step < 0) {
        for (const letter& each : arrived_)
          if (ends_round(each)) take_least(values, each);
        return false;
      }
    }
    return true;
  }

  /// Collective. Each rank gets all ranks' texts.
  /// @throws mismatch_error if a rank has departed instead
  template <class Idle>
  std::vector<std::string> gather_texts(std::string_view mine, Idle& idle) {
    ++round_;
    std::vector<std::string> all{std::string(mine)};  // of this rank and those before it
    for (int step = 1; step < size_; step *= 2) {
      byte_buffer known;
      codec<std::vector<std::string>>::encode(all, known);
      send((rank_ + step) % size_, step, known);
      const letter said = await((rank_ - step + size_) % size_, step, idle);
      if (said.step < 0)
        throw mismatch_error("mpilock: rank " + std::to_string(said.from) +
                             " has left this call by an exception");
      byte_reader reader(said.text);
      for (auto& each : codec<std::vector<std::string>>::decode(reader))
        all.push_back(std::move(each));
    }
    finish_sending(idle);  // long ones may need this rank's help until they have arrived
    std::vector<std::string> by_rank(static_cast<std::size_t>(size_));
    for (int back = 0; back < size_; ++back)
      by_rank[static_cast<std::size_t>((rank_ - back + size_) % size_)] =
          std::move(all[static_cast<std::size_t>(back)]);
    return by_rank;
  }

  /// Local. Takes part in the next round of `all_reduce_min` by leaving it, or all rounds.
  void depart(std::span<const std::int64_t> values, bool for_good) {
    ++round_;
    for (int step = 1; step < size_; ++step)
      send((rank_ + step) % size_, for_good ? leaves_for_good : leaves_round,
           std::as_bytes(values));
  }

  /// Local. For all ranks, after one of them has left for good and comes back: rounds are counted anew,
  /// from a number that no other round has.
  void start_over() {
    round_ = far_beyond;
    std::erase_if(arrived_, [](const letter& each) { return each.round < far_beyond; });
  }

  /// Collective: waits until MPI has done with all that this rank has sent.
  template <class Idle>
  void finish_sending(Idle& idle) {
    while (!sent_all()) {
      take_in();
      idle.idle();
    }
  }

 private:
  static constexpr std::int64_t leaves_round = -1;
  static constexpr std::int64_t leaves_for_good = -2;
  static constexpr std::int64_t far_beyond = std::int64_t{1} << 60;

  struct letter {
    std::int64_t key;
    std::int64_t round;
    std::int64_t step;  // or how its sender departs
    int from;
    byte_buffer text;
  };
  struct sent {
    byte_buffer bytes;
    MPI_Request request;
  };

  static void take_least(std::span<std::int64_t> values, const letter& said) {
    byte_reader reader(said.text);
    for (std::int64_t& mine : values) mine = std::min(mine, codec<std::int64_t>::decode(reader));
  }

  /// The buffer stays until MPI has done with it, so that a receiver that is busy delays nobody.
  void send(int to, std::int64_t step, std::span<const std::byte> text) {
    sent_all();
    byte_buffer bytes;
    for (const std::int64_t each : {key_, round_, step}) codec<std::int64_t>::encode(each, bytes);
    bytes.insert(bytes.end(), text.begin(), text.end());
    sent& next = under_way_.emplace_back(sent{std::move(bytes), MPI_REQUEST_NULL});
    mpi_call("MPI_Isend", MPI_Isend(next.bytes.data(), static_cast<int>(next.bytes.size()),
                                    MPI_BYTE, to, tag_, comm_, &next.request));
  }

  /// @return whether MPI has done with all of them
  bool sent_all() {
    while (!under_way_.empty()) {
      int done = 0;
      mpi_call("MPI_Test", MPI_Test(&under_way_.front().request, &done, MPI_STATUS_IGNORE));
      if (done == 0) return false;
      under_way_.pop_front();
    }
    return true;
  }

  /// Waits for what `from` says in this step of this round, or for a departure.
  template <class Idle>
  letter await(int from, std::int64_t step, Idle& idle) {
    for (;;) {
      take_in();
      const auto found = std::ranges::find_if(arrived_, [&](const letter& each) {
        return ends_round(each) || (each.round == round_ && each.step == step && each.from == from);
      });
      if (found != arrived_.end()) return *found;
      sent_all();
      idle.idle();
    }
  }

  bool ends_round(const letter& each) const {
    return is_of_use(each) && ((each.step == leaves_round && each.round == round_) ||
                               (each.step == leaves_for_good && each.round <= round_));
  }

  /// Of a departure for good: for all rounds from its own on, until ranks start over.
  bool is_of_use(const letter& each) const {
    const bool lasts = each.step == leaves_for_good && round_ < far_beyond;
    return each.key == key_ && (each.round >= round_ || lasts);
  }

  /// Receives what is there, which may belong to a later step or round. A long text has a sender that
  /// stays until it has been received (`gather_texts`), so that MPI_Recv never waits for long.
  void take_in() {
    std::erase_if(arrived_, [&](const letter& each) { return !is_of_use(each); });
    for (;;) {
      int is_there = 0;
      MPI_Status status;
      mpi_call("MPI_Iprobe", MPI_Iprobe(MPI_ANY_SOURCE, tag_, comm_, &is_there, &status));
      if (is_there == 0) return;
      int count = 0;
      mpi_call("MPI_Get_count", MPI_Get_count(&status, MPI_BYTE, &count));
      byte_buffer bytes(static_cast<std::size_t>(count));
      mpi_call("MPI_Recv", MPI_Recv(bytes.data(), count, MPI_BYTE, status.MPI_SOURCE, tag_, comm_,
                                    MPI_STATUS_IGNORE));
      byte_reader reader(bytes);
      letter next{codec<std::int64_t>::decode(reader),
                  codec<std::int64_t>::decode(reader),
                  codec<std::int64_t>::decode(reader),
                  status.MPI_SOURCE,
                  {}};
      const auto rest = reader.take_all();
      next.text.assign(rest.begin(), rest.end());
      if (is_of_use(next)) arrived_.push_back(std::move(next));
    }
  }

  MPI_Comm comm_;
  int rank_;
  int size_;
  int tag_;
  std::int64_t key_;
  std::int64_t round_ = 0;
  std::vector<letter> arrived_;  // for this round or later ones
  std::deque<sent> under_way_;   // MPI knows the addresses
};

}  // namespace mpilock::detail
