#pragma once
/// @file
/// @brief The distance between this rank's clock and the root's.
/// @ingroup observing

#include <mpi.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

#include "mpilock/mpi/blocking_communicator.hpp"
#include "mpilock/mpi/users_communicator.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock {

/// Collective over `comm`, with the same root on every rank. Every other rank asks the root for its
/// time many times, and uses the answer with the shortest round trip. It assumes that the root
/// answered in the middle of that round trip. So the error is at most half of the round trip.
///
/// Source: Cristian, "Probabilistic clock synchronization", Distributed Computing 3, 1989.
class clock_alignment {
 public:
  using nanoseconds = std::chrono::nanoseconds;  ///< the unit of all its times

  /// @param comm the communicator whose ranks compare their clocks
  /// @param root the rank whose clock is used
  /// @param now a clock, a function from nothing to nanoseconds; only tests pass another than the
  /// default
  /// @throws usage_error if `comm` is not a communicator of a running MPI, or `root` is not a rank
  /// of it
  template <class Now>
  clock_alignment(MPI_Comm comm, int root, Now&& now) {
    detail::require_communicator(comm, "clock_alignment");
    const detail::blocking_communicator ranks(comm);
    if (root < 0 || root >= ranks.size())
      throw usage_error("mpilock: root " + std::to_string(root) +
                        " of a clock_alignment is not a rank of its communicator; give 0 … " +
                        std::to_string(ranks.size() - 1));
    for (int other = 0; other < ranks.size(); ++other) {
      if (other == root) continue;
      if (ranks.rank() == root) answer(ranks, other, now);
      if (ranks.rank() == other) ask(ranks, root, now);
    }
    using std::chrono::system_clock;
    const std::int64_t epoch =
        nanoseconds(system_clock::now().time_since_epoch()).count() - now().count();
    epoch_ = nanoseconds(ranks.broadcast(epoch, root));
  }

  /// Uses the clock that events carry.
  clock_alignment(MPI_Comm comm, int root)
      : clock_alignment(comm, root, [] {
          return nanoseconds(std::chrono::steady_clock::now().time_since_epoch());
        }) {}

  /// The time to add to this rank's time to get the root's time.
  nanoseconds offset() const noexcept { return offset_; }
  /// Half of the shortest round trip: the largest error of `offset`.
  nanoseconds uncertainty() const noexcept { return uncertainty_; }

  /// This rank's time as nanoseconds since 1970 by the root's clocks.
  std::int64_t unix_time(std::chrono::steady_clock::time_point when) const noexcept {
    return (nanoseconds(when.time_since_epoch()) + offset_ + epoch_).count();
  }

 private:
  static constexpr int rounds = 40;
  static constexpr int tag = 7;

  template <class Now>
  static void answer(const detail::blocking_communicator& ranks, int other, Now&& now) {
    for (int i = 0; i < rounds; ++i) {
      ranks.receive(other, tag);
      ranks.send(std::int64_t{now().count()}, other, tag);
    }
  }

  template <class Now>
  void ask(const detail::blocking_communicator& ranks, int root, Now&& now) {
    std::int64_t quickest = std::numeric_limits<std::int64_t>::max();
    for (int i = 0; i < rounds; ++i) {
      const std::int64_t begin = now().count();
      ranks.send(std::int64_t{0}, root, tag);
      const std::int64_t roots = ranks.receive(root, tag);
      const std::int64_t took = now().count() - begin;
      if (took >= quickest) continue;
      quickest = took;
      offset_ = nanoseconds(roots - (begin + took / 2));
      uncertainty_ = nanoseconds((took + 1) / 2);
    }
  }

  nanoseconds offset_{0};
  nanoseconds uncertainty_{0};
  nanoseconds epoch_{0};  // the root's clock at its zero, since 1970
};

}  // namespace mpilock
