#pragma once
/// @file
/// @brief The distance between this rank's clock and the root's.
/// @ingroup observing

#include <mpi.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

#include "mpilock/mpi/mpi_call.hpp"
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
    int rank = 0;
    int size = 1;
    detail::mpi_call("MPI_Comm_rank", MPI_Comm_rank(comm, &rank));
    detail::mpi_call("MPI_Comm_size", MPI_Comm_size(comm, &size));
    if (root < 0 || root >= size)
      throw usage_error("mpilock: root " + std::to_string(root) +
                        " of a clock_alignment is not a rank of its communicator; give 0 … " +
                        std::to_string(size - 1));
    for (int other = 0; other < size; ++other) {
      if (other == root) continue;
      if (rank == root) answer(comm, other, now);
      if (rank == other) ask(comm, root, now);
    }
    using std::chrono::system_clock;
    std::int64_t epoch =
        nanoseconds(system_clock::now().time_since_epoch()).count() - now().count();
    detail::mpi_call("MPI_Bcast", MPI_Bcast(&epoch, 1, MPI_INT64_T, root, comm));
    epoch_ = nanoseconds(epoch);
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
  static void answer(MPI_Comm comm, int other, Now&& now) {
    for (int i = 0; i < rounds; ++i) {
      std::int64_t time = 0;
      detail::mpi_call("MPI_Recv",
                       MPI_Recv(&time, 1, MPI_INT64_T, other, tag, comm, MPI_STATUS_IGNORE));
      time = now().count();
      detail::mpi_call("MPI_Send", MPI_Send(&time, 1, MPI_INT64_T, other, tag, comm));
    }
  }

  template <class Now>
  void ask(MPI_Comm comm, int root, Now&& now) {
    std::int64_t quickest = std::numeric_limits<std::int64_t>::max();
    for (int i = 0; i < rounds; ++i) {
      std::int64_t roots = 0;
      const std::int64_t begin = now().count();
      detail::mpi_call("MPI_Send", MPI_Send(&roots, 1, MPI_INT64_T, root, tag, comm));
      detail::mpi_call("MPI_Recv",
                       MPI_Recv(&roots, 1, MPI_INT64_T, root, tag, comm, MPI_STATUS_IGNORE));
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
