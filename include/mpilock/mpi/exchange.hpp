#pragma once
/// @file
/// @brief How the ranks of a controller compare values and texts, by messages of their own.

#include <mpi.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mpilock/mpi/letter_post.hpp"
#include "mpilock/vocabulary/byte_buffer.hpp"
#include "mpilock/vocabulary/codec.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// Rounds of messages among all ranks, on one tag.
///
/// In step k of a round, each rank sends what it knows to the rank 2^k after it, and receives what
/// the rank 2^k before it knows. After log2(size) steps all ranks know the same. Each rank has
/// waited only for ranks that it needs. Source: the dissemination barrier of Hensgen, Finkel and
/// Manber, Int. J. Parallel Programming 17(1), 1988.
///
/// MPI's own collective calls are not suitable. Controllers that share a communicator may be used
/// in any order and by several threads. A rank that leaves early, by an exception, could take no
/// part in a collective call. Here such a rank tells each other rank that it departs, and leaves.
/// The message is small, so MPI usually delivers it without further help of the sender. (If MPI
/// connects two ranks by their first message, for example over TCP, it may need the sender's next
/// MPI call.)
///
/// There are two kinds of departures. A rank that leaves *a round* takes part in the next one. A
/// rank that waits in this round ends it at once when it finds the departure. It can't end the
/// round in any other way, because the rank that departed has sent it nothing else. So the rounds
/// of these ranks stay in step, and a message of a round that is over is dropped.
///
/// A rank that leaves *for good* takes part in no further round. Its departure ends that round and
/// each later one. Other ranks may have ended that round already, because of another departure.
/// Then `start_over`, on all ranks, begins a new count.
///
/// In a round, a rank can't tell whether the others have ended it already, so it may not leave.
/// Before a round it may: `await_company` waits until the round can begin, and binds nobody.
class exchange {
 public:
  /// @param key see `letter_post`
  exchange(MPI_Comm comm, int rank, int size, int tag, std::int64_t key)
      : rank_(rank), size_(size), post_(comm, tag, key) {}

  /// Collective. Each rank gets the minimum over all ranks of each value.
  /// @return false if a rank has departed instead. Then `values` is the minimum over this rank and
  /// the ranks that are known to have departed. It need not be the same on all ranks.
  /// @param idle must not throw, because MPI has the addresses of what is under way
  template <class Idle>
  [[nodiscard]] bool all_reduce_min(std::span<std::int64_t> values, Idle& idle) {
    ++round_;
    for (int step = 1; step < size_; step *= 2) {
      post_.send((rank_ + step) % size_, round_, step, std::as_bytes(values));
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

  /// Collective. Each rank gets the texts of all ranks.
  /// @throws mismatch_error if a rank has departed instead
  template <class Idle>
  std::vector<std::string> gather_texts(std::string_view mine, Idle& idle) {
    ++round_;
    std::vector<std::string> all{std::string(mine)};  // of this rank and the ranks before it
    for (int step = 1; step < size_; step *= 2) {
      byte_buffer known;
      codec<std::vector<std::string>>::encode(all, known);
      post_.send((rank_ + step) % size_, round_, step, known);
      const letter said = await((rank_ - step + size_) % size_, step, idle);
      if (said.step < 0)
        throw mismatch_error("mpilock: rank " + std::to_string(said.from) +
                             " has left this call by an exception");
      byte_reader reader(said.text);
      for (auto& each : codec<std::vector<std::string>>::decode(reader))
        all.push_back(std::move(each));
    }
    finish_sending(idle);  // long texts may need this rank's help until they have arrived
    std::vector<std::string> by_rank(static_cast<std::size_t>(size_));
    for (int back = 0; back < size_; ++back)
      by_rank[static_cast<std::size_t>((rank_ - back + size_) % size_)] =
          std::move(all[static_cast<std::size_t>(back)]);
    return by_rank;
  }

  /// Collective, before a round that this rank may leave out. Waits until the rank before this one
  /// is in that round or waits for it in the same way, or a rank has departed from it. Then the
  /// round itself must follow.
  /// @param gives_up is asked between two looks, with the number of that rank
  /// @return false if this rank gives up. Then it must depart for good
  template <class Idle, class GiveUp>
  [[nodiscard]] bool await_company(Idle& idle, GiveUp&& gives_up) {
    if (size_ == 1) return true;
    const int before = (rank_ - 1 + size_) % size_;
    const auto shows_company = [&](const letter& each) {
      return each.round > round_ ? each.from == before : each.step == leaves_for_good;
    };
    post_.send((rank_ + 1) % size_, round_ + 1, is_here, {});
    for (;;) {
      take_in();
      if (std::ranges::any_of(arrived_, shows_company)) return true;
      if (gives_up(before)) return false;
      post_.has_sent_all();
      idle.idle();
    }
  }

  /// Local. Whether that rank has begun a later round, and so waits for this one. Any thread may
  /// ask.
  bool is_awaited_by(int rank) const {
    const std::lock_guard guard(mutex_);
    const auto is_early = [&](const letter& each) {
      return each.from == rank && each.round > round_;
    };
    return post_.has_letter_of(rank) || std::ranges::any_of(arrived_, is_early);
  }

  /// Local. Departs from the next round of `all_reduce_min`, or from all further rounds.
  void depart(std::span<const std::int64_t> values, bool for_good) {
    ++round_;
    for (int step = 1; step < size_; ++step)
      post_.send((rank_ + step) % size_, round_, for_good ? leaves_for_good : leaves_round,
                 std::as_bytes(values));
  }

  /// Local, for all ranks, when a rank that had left for good comes back. Rounds are counted anew,
  /// from a number that no other round has.
  void start_over() {
    round_ = far_beyond;
    const std::lock_guard guard(mutex_);
    std::erase_if(arrived_, [](const letter& each) { return each.round < far_beyond; });
  }

  /// Collective: waits until MPI has finished with everything that this rank has sent.
  template <class Idle>
  void finish_sending(Idle& idle) {
    while (!post_.has_sent_all()) {
      take_in();
      idle.idle();
    }
  }

 private:
  // In place of a step:
  static constexpr std::int64_t is_here = 0;
  static constexpr std::int64_t leaves_round = -1;
  static constexpr std::int64_t leaves_for_good = -2;
  static constexpr std::int64_t far_beyond = std::int64_t{1} << 60;

  static void take_least(std::span<std::int64_t> values, const letter& said) {
    byte_reader reader(said.text);
    for (std::int64_t& mine : values) mine = std::min(mine, codec<std::int64_t>::decode(reader));
  }

  /// Waits for the letter of `from` in this step of this round, or for a departure.
  template <class Idle>
  letter await(int from, std::int64_t step, Idle& idle) {
    for (;;) {
      take_in();
      const auto found = std::ranges::find_if(arrived_, [&](const letter& each) {
        return ends_round(each) || (each.round == round_ && each.step == step && each.from == from);
      });
      if (found != arrived_.end()) return *found;
      post_.has_sent_all();
      idle.idle();
    }
  }

  bool ends_round(const letter& each) const {
    return is_of_use(each) && ((each.step == leaves_round && each.round == round_) ||
                               (each.step == leaves_for_good && each.round <= round_));
  }

  /// A departure for good is of use in all rounds from its own on, until the ranks start over.
  bool is_of_use(const letter& each) const {
    const bool lasts = each.step == leaves_for_good && round_ < far_beyond;
    return each.round >= round_ || lasts;
  }

  /// Takes in what has arrived, which may belong to a later step or round.
  void take_in() {
    const std::lock_guard guard(mutex_);
    std::erase_if(arrived_, [&](const letter& each) { return !is_of_use(each); });
    while (auto next = post_.receive())
      if (is_of_use(*next)) arrived_.push_back(std::move(*next));
  }

  int rank_;
  int size_;
  letter_post post_;
  std::atomic<std::int64_t> round_ = 0;
  std::vector<letter> arrived_;  // for this round or later rounds
  mutable std::mutex mutex_;     // of `arrived_`, which another thread may read
};

}  // namespace mpilock::detail
