#pragma once
/// @file
/// @brief One section from the request to the end, as traces show it.
/// @ingroup observing

#include <chrono>
#include <cstddef>

#include "mpilock/observing/event.hpp"

namespace mpilock {

/// A section that has ended, or an attempt that failed: then it was never granted.
struct span {
  using time_point = std::chrono::steady_clock::time_point;  ///< by this rank's clock
  static constexpr std::size_t none = ~std::size_t{0};       ///< `parent` of one not nested

  event request;              ///< with the time at which it was asked for
  time_point granted{};       ///< when the rank was inside; of no meaning if `refused`
  time_point ended{};         ///< when it left, or gave up
  bool refused = false;       ///< the attempt failed
  std::size_t number = 0;     ///< of this rank, in the order of requests
  std::size_t parent = none;  ///< the number of the section within which it was asked for
};

}  // namespace mpilock
