#pragma once
/// @file
/// @brief A controller's own communication with the other ranks. Every wait in it idles.

#include <mpi.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mpilock/mpi/duplicate.hpp"
#include "mpilock/mpi/exchange.hpp"
#include "mpilock/mpi/mpi_call.hpp"

namespace mpilock::detail {

/// The ranks of a controller, on the duplicate that it shares with other controllers. On that
/// duplicate, its messages have tags of their own.
///
/// | tag           | messages                                         |
/// | ------------- | ------------------------------------------------ |
/// | 0             | none at any time: for `poke`                     |
/// | 1 + 3 channel | rounds in which the ranks compare (exchange.hpp) |
/// | 2 + 3 channel | values that one rank gives to all (`broadcast`)  |
/// | 3 + 3 channel | requests and answers of a lock made of messages  |
///
/// No function here waits inside MPI for a rank that may be elsewhere. That rank may be waiting for
/// this one, which only `idle` can serve. Besides, MPICH's blocking calls don't yield: with more
/// ranks than cores, each call costs a time slice. Hence nonblocking calls, `MPI_Test` and `idle`.
/// An `idle` given to a function here must not throw, because MPI has the addresses of what is
/// under way (`waiting.hpp` has the means).
class communicator {
 public:
  /// The most controllers that may share a duplicate: MPI promises tags up to 32,767.
  static constexpr int most_channels = (32'767 - 3) / 3;

  /// The communicator of a rank that is alone: it has no duplicate and sends no messages.
  communicator() = default;

  /// Local. All ranks have agreed on the channel, and no other controller has it.
  /// @param key the controller's key (process_registry)
  communicator(duplicate shared, int channel, std::int64_t key, std::string name)
      : shared_(std::move(shared)), name_(std::move(name)), first_tag_(1 + 3 * channel) {
    mpi_call("MPI_Comm_rank", MPI_Comm_rank(get(), &rank_));
    mpi_call("MPI_Comm_size", MPI_Comm_size(get(), &size_));
    exchange_ = std::make_unique<exchange>(get(), rank_, size_, first_tag_, key);
  }

  /// Local. Gives the controller's name to a window that belongs to it, for debuggers and MPI
  /// tools. Nothing else depends on the name, so this may fail.
  void pass_name_on(MPI_Win window) const {
    const std::string text = ("mpilock:" + name_).substr(0, MPI_MAX_OBJECT_NAME - 1);
    MPI_Win_set_name(window, text.c_str());
  }

  /// Collective.
  template <class Idle>
  void free(Idle& idle) {
    if (exchange_) exchange_->finish_sending(idle);
    exchange_.reset();
    shared_.give_back();
  }

  MPI_Comm get() const noexcept { return shared_.get(); }
  int rank() const noexcept { return rank_; }
  int size() const noexcept { return size_; }
  int lock_tag() const noexcept { return first_tag_ + 2; }

  /// Local: lets MPI's progress engine run once.
  void poke() const {
    int flag = 0;
    mpi_call("MPI_Iprobe", MPI_Iprobe(MPI_ANY_SOURCE, 0, get(), &flag, MPI_STATUS_IGNORE));
  }

  template <class Idle>
  static void wait(MPI_Request& request, Idle& idle) {
    for (;;) {
      int done = 0;
      mpi_call("MPI_Test", MPI_Test(&request, &done, MPI_STATUS_IGNORE));
      if (done != 0) return;
      idle.idle();
    }
  }

  /// Collective. Every rank gets the minimum over all ranks of each value.
  /// @return false if a rank has departed instead (see `exchange`)
  template <class Idle>
  [[nodiscard]] bool all_reduce_min(std::span<std::int64_t> values, Idle& idle) const {
    return !exchange_ || exchange_->all_reduce_min(values, idle);
  }

  /// Collective: see `exchange`.
  template <class Idle, class GiveUp>
  [[nodiscard]] bool await_company(Idle& idle, GiveUp&& gives_up) const {
    return !exchange_ || exchange_->await_company(idle, gives_up);
  }

  /// Local. Whether a rank waits for this one in a round of `all_reduce_min`. `rank` is its number
  /// in `of`; it may be no rank here. Any thread may ask.
  bool is_awaited_by(MPI_Comm of, int rank) const {
    if (!exchange_) return false;
    const int here = of == get() ? rank : rank_here(of, rank);
    return here != MPI_UNDEFINED && exchange_->is_awaited_by(here);
  }

  /// Local. Departs from the next `all_reduce_min`, or from all further ones, without waiting. That
  /// call ends on all ranks.
  void depart(std::span<const std::int64_t> values, bool for_good) const {
    if (exchange_) exchange_->depart(values, for_good);
  }

  /// Local, on all ranks: a rank that had left for good is back.
  void start_over() const {
    if (exchange_) exchange_->start_over();
  }

  /// Collective. Every rank gets the texts of all ranks.
  template <class Idle>
  std::vector<std::string> gather_texts(std::string_view mine, Idle& idle) const {
    if (!exchange_) return {std::string(mine)};
    return exchange_->gather_texts(mine, idle);
  }

  /// Collective. Sends `bytes` of any size along a binomial tree, in pieces. A rank passes a piece
  /// on while it waits for the next one. Pieces are needed because MPI counts bytes with an int.
  template <class Idle>
  void broadcast(std::span<std::byte> bytes, int from, Idle& idle,
                 std::size_t piece = std::size_t{1} << 20) const {
    const int place = (rank_ - from + size_) % size_;  // in the tree, whose root is at 0
    int reach = 1;                                     // of this rank's part of the tree
    while (reach < size_ && place % (2 * reach) == 0) reach *= 2;
    std::deque<MPI_Request> under_way;
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(piece, bytes.size()))) {
      const auto now = bytes.first(std::min(piece, bytes.size()));
      if (place != 0) receive(now, (place - reach + from) % size_, idle);
      for (int below = reach / 2; below > 0; below /= 2)
        if (place + below < size_) under_way.push_back(send(now, (place + below + from) % size_));
      for (; under_way.size() > most_under_way; under_way.pop_front())
        wait(under_way.front(), idle);
    }
    for (MPI_Request& each : under_way) wait(each, idle);
  }

 private:
  /// @return MPI_UNDEFINED if it is none
  int rank_here(MPI_Comm of, int rank) const {
    MPI_Group theirs = MPI_GROUP_NULL;
    MPI_Group ours = MPI_GROUP_NULL;
    int here = MPI_UNDEFINED;
    mpi_call("MPI_Comm_group", MPI_Comm_group(of, &theirs));
    mpi_call("MPI_Comm_group", MPI_Comm_group(get(), &ours));
    mpi_call("MPI_Group_translate_ranks", MPI_Group_translate_ranks(theirs, 1, &rank, ours, &here));
    MPI_Group_free(&theirs);
    MPI_Group_free(&ours);
    return here;
  }

  static constexpr std::size_t most_under_way = 64;  // pieces: some more than a rank has children

  template <class Idle>
  void receive(std::span<std::byte> bytes, int from, Idle& idle) const {
    MPI_Request request = MPI_REQUEST_NULL;
    mpi_call("MPI_Irecv", MPI_Irecv(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, from,
                                    first_tag_ + 1, get(), &request));
    wait(request, idle);
  }
  MPI_Request send(std::span<const std::byte> bytes, int to) const {
    MPI_Request request = MPI_REQUEST_NULL;
    mpi_call("MPI_Isend", MPI_Isend(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, to,
                                    first_tag_ + 1, get(), &request));
    return request;
  }

  duplicate shared_;
  std::string name_;
  int first_tag_ = 1;
  int rank_ = 0;
  int size_ = 1;
  std::unique_ptr<exchange> exchange_;
};

}  // namespace mpilock::detail
