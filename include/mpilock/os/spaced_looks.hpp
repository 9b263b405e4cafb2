#pragma once
/// @file
/// @brief The times at which a waiting rank looks at a word that is far away.

#include <chrono>

namespace mpilock {

/// The first look is due after a while, and the next one whenever the wait has become a sixteenth
/// longer. So the number of looks grows with the logarithm of the wait: about 38 for ten times the
/// wait.
class spaced_looks {
 public:
  using clock = std::chrono::steady_clock;

  explicit spaced_looks(clock::duration first) : begin_(clock::now()), next_(begin_ + first) {}

  /// Whether a look is due. If so, the time of the next look is set.
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
