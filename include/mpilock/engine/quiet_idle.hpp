#pragma once
/// @file
/// @brief How a rank idles while it withdraws.

#include <chrono>

namespace mpilock {

/// Idles as `Idle` does, and drops its exceptions. A rank that withdraws, or that must read again,
/// has to finish that. Meanwhile it serves other ranks as far as that works.
template <class Idle>
class quiet_idle {
 public:
  explicit quiet_idle(Idle& inner) noexcept : inner_(inner) {}

  void idle() {
    try {
      inner_.idle();
    } catch (...) {  // it throws again in the next wait, if it matters
    }
  }
  std::chrono::steady_clock::duration longest_nap() const { return inner_.longest_nap(); }

 private:
  Idle& inner_;
};

}  // namespace mpilock
