#pragma once
/// @file
/// @brief One section from the request to its end, as traces show it.
/// @ingroup observing

#include <chrono>
#include <cstddef>

#include "mpilock/observing/event.hpp"

namespace mpilock {

/// A section that has ended, or a failed attempt, which was never granted.
struct span {
  using time_point = std::chrono::steady_clock::time_point;  ///< by this rank's clock
  static constexpr std::size_t none = ~std::size_t{0};       ///< `parent` of a section not nested

  event request;              ///< holds the time of the request
  time_point granted{};       ///< when the rank was inside; meaningless if `refused`
  time_point ended{};         ///< when the rank left or gave up
  bool refused = false;       ///< whether the attempt failed
  std::size_t number = 0;     ///< of this rank, in the order of requests
  std::size_t parent = none;  ///< the number of the section around it
};

}  // namespace mpilock
