#pragma once
/// @file
/// @brief The lengths of waits, in a histogram that ranks can add up.

#include <mpi.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>

#include "support/ranks.hpp"

namespace stress {

/// There are eight steps to each doubling, so a quantile is exact to an eighth.
class wait_times {
 public:
  void add(std::chrono::nanoseconds waited) {
    const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(waited.count(), 0));
    ++counts_[step_of(ns)];
    longest_ = std::max(longest_, static_cast<std::int64_t>(ns));
  }

  /// Collective: from now on, it has the waits of all ranks.
  template <class Meanwhile>
  void gather(MPI_Comm comm, Meanwhile meanwhile) {
    reduce(comm, counts_.data(), steps, MPI_SUM, meanwhile);
    reduce(comm, &longest_, 1, MPI_MAX, meanwhile);
  }

  /// In microseconds: at most `share` of the waits were longer.
  double quantile(double share) const {
    std::int64_t all = 0;
    for (const std::int64_t each : counts_) all += each;
    auto left = static_cast<std::int64_t>(share * static_cast<double>(all));
    for (std::size_t i = 0; i < steps; ++i)
      if ((left -= counts_[i]) < 0) return static_cast<double>(upper_end(i)) / 1000;
    return longest();
  }
  double longest() const { return static_cast<double>(longest_) / 1000; }

 private:
  static constexpr std::size_t steps = 64 * 8;

  static std::size_t step_of(std::uint64_t ns) {
    if (ns < 8) return ns;
    const auto doublings = static_cast<std::size_t>(std::bit_width(ns)) - 4;
    return (doublings + 1) * 8 + (ns >> doublings) % 8;
  }
  static std::uint64_t upper_end(std::size_t step) {
    if (step < 8) return step;
    return (8 + step % 8 + 1) << (step / 8 - 1);
  }

  template <class Meanwhile>
  static void reduce(MPI_Comm comm, std::int64_t* values, std::size_t count, MPI_Op op,
                     Meanwhile meanwhile) {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Iallreduce(MPI_IN_PLACE, values, static_cast<int>(count), MPI_INT64_T, op, comm, &request);
    mpilock_test::complete(request, meanwhile);
  }

  std::array<std::int64_t, steps> counts_{};
  std::int64_t longest_ = 0;
};

}  // namespace stress
