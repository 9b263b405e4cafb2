#pragma once
/// @file
/// @brief Says when a wait has become so long that somebody should be told.

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace mpilock::detail {

/// Rings when a wait has lasted `patience`, and whenever it has doubled since.
class stall_alarm {
 public:
  using duration = std::chrono::steady_clock::duration;

  stall_alarm(duration patience, std::function<void(duration)> ring)
      : next_(patience), ring_(std::move(ring)) {}

  void look(duration so_far) {
    if (so_far < next_) return;
    next_ = 2 * so_far;
    ring_(so_far);
  }

  /// How long a rank may sleep without missing it.
  duration left(duration so_far) const { return std::max(next_ - so_far, duration::zero()); }

 private:
  duration next_;
  std::function<void(duration)> ring_;
};

}  // namespace mpilock::detail
