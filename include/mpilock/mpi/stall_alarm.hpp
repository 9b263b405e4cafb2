#pragma once
/// @file
/// @brief Says when a wait has become so long that somebody should be told.

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace mpilock::detail {

/// Rings when a wait has lasted `patience`, and then again when it is told to, but whenever the wait
/// has doubled.
class stall_alarm {
 public:
  using duration = std::chrono::steady_clock::duration;

  /// @param patience how long the first wait is
  /// @param ring is given how long the wait has lasted, and returns how long to wait further
  stall_alarm(duration patience, std::function<duration(duration)> ring)
      : next_(patience), ring_(std::move(ring)) {}

  void look(duration so_far) {
    if (so_far < next_) return;
    next_ = so_far + std::min(ring_(so_far), so_far);
  }

  /// How long a rank may sleep without missing it.
  duration left(duration so_far) const { return std::max(next_ - so_far, duration::zero()); }

 private:
  duration next_;
  std::function<duration(duration)> ring_;
};

}  // namespace mpilock::detail
