#pragma once
// The expensive computation: the temperatures along a rod that is heated at one end.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace rods {

// All that a result depends on, so that no run takes the results of a different run.
struct question {
  std::uint32_t rod;    // the number of this rod
  std::uint32_t rods;   // the number of all rods
  std::uint32_t steps;  // the number of steps in time
};

using temperatures = std::vector<double>;

struct diverged : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Heats one end of a cold rod, and calls `now_and_then` about once in a millisecond.
template <class NowAndThen>
temperatures heat(const question& of, NowAndThen now_and_then) {
  const double conductivity = 0.1 + 0.35 * of.rod / of.rods;  // above 0.5 the method diverges
  temperatures now(256, 0.0);
  now.front() = 100.0;
  temperatures next = now;
  for (std::uint32_t step = 0; step < of.steps; ++step) {
    for (std::size_t i = 1; i + 1 < now.size(); ++i)
      next[i] = now[i] + conductivity * (now[i - 1] - 2 * now[i] + now[i + 1]);
    now.swap(next);
    if (step % 1024 == 0) now_and_then();
  }
  if (!std::isfinite(now[1])) throw diverged("rod " + std::to_string(of.rod) + " diverges");
  return now;
}

}  // namespace rods
