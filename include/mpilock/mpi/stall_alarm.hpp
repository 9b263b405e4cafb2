#pragma once
/// @file
/// @brief An alarm for a wait that has become so long that the user must know.

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace mpilock::detail {

/// Rings when a wait has lasted `patience`. Then it rings again after the time that `ring_`
/// returned, but at the latest whenever the wait has doubled.
class stall_alarm {
 public:
  using duration = std::chrono::steady_clock::duration;

  /// @param patience the length of the wait at the first ring
  /// @param ring is given the length of the wait so far, and returns how long to wait until the
  /// next ring
  stall_alarm(duration patience, std::function<duration(duration)> ring)
      : next_(patience), ring_(std::move(ring)) {}

  void look(duration so_far) {
    if (so_far < next_) return;
    next_ = so_far + std::min(ring_(so_far), so_far);
  }

  /// How long a rank may sleep without missing a ring.
  duration left(duration so_far) const { return std::max(next_ - so_far, duration::zero()); }

 private:
  duration next_;
  std::function<duration(duration)> ring_;
};

}  // namespace mpilock::detail
