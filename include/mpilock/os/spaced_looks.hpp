#pragma once
/// @file
/// @brief When a rank that waits looks at what is far away.

#include <chrono>

namespace mpilock {

/// For the first time after a while, then whenever the wait has become a sixteenth longer: how
/// often it looks grows with the logarithm of the wait, about 38 times for ten times the wait.
class spaced_looks {
 public:
  using clock = std::chrono::steady_clock;

  explicit spaced_looks(clock::duration first) : begin_(clock::now()), next_(begin_ + first) {}

  /// Whether it is time for a look; if so, the next time is fixed.
  bool are_due() {
    const auto now = clock::now();
    if (now < next_) return false;
    next_ = now + (now - begin_) / 16;
    return true;
  }

 private:
  clock::time_point begin_;
  clock::time_point next_;
};

}  // namespace mpilock
