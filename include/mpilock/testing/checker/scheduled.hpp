#pragma once
/// @file
/// @brief A clock and an idle loop that the checker drives.

#include <chrono>
#include <cstdint>

#include "mpilock/testing/checker/session.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock::testing {

/// Each look at the clock is a free choice: the deadline has passed, or not yet.
class scheduled_clock {
 public:
  using duration = std::chrono::steady_clock::duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<scheduled_clock>;
  static constexpr bool is_steady = true;

  static time_point now() {
    const bool passed =
        current->perform({.what = step_kind::clock, .from = call_site::current()}) != 0;
    return time_point(duration(passed ? 2 : 0));
  }

  /// The deadline of all timed attempts.
  static basic_deadline<scheduled_clock> some_time() {
    return basic_deadline<scheduled_clock>::at(time_point(duration(1)));
  }

  static inline thread_local session* current = nullptr;  ///< of the rank that runs now
};

/// The object that waiting code idles with. If the program says so, it may throw at any time.
class scheduled_idle {
 public:
  explicit scheduled_idle(session& mine) : session_(mine) {}

  void idle(call_site from = call_site::current()) {
    if (session_.collapse({.what = step_kind::pause, .from = from}) != goes_on)
      throw idling_failed();
  }
  static constexpr std::uint64_t goes_on = 0;  ///< an answer to a pause …
  static constexpr std::uint64_t throws = 1;   ///< … and the other answer
  std::chrono::steady_clock::duration longest_nap() const { return std::chrono::seconds(1); }

 private:
  session& session_;
};

}  // namespace mpilock::testing
