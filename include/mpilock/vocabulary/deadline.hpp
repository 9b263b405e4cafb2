#pragma once
/// @file
/// @brief How long a rank waits at most.
/// @ingroup vocabulary

#include <chrono>

namespace mpilock {

/// The time after which a rank gives up: a time point of the steady clock, "never", or "at once".
///
/// A duration may be anything that std::chrono can express. Zero and negative durations mean one
/// try. Durations beyond the range of the clock mean forever. Nothing overflows. The engines accept
/// a deadline of any clock, so that the checker's clock can stand still or jump.
template <class Clock>
class basic_deadline {
 public:
  using clock = Clock;  ///< a clock that nobody can set, so that no deadline shifts

  /// Waits as long as it takes.
  static constexpr basic_deadline never() noexcept {
    return basic_deadline{clock::time_point::max()};
  }
  /// Tries once, and does not wait.
  static constexpr basic_deadline at_once() noexcept {
    return basic_deadline{clock::time_point::min()};
  }

  /// `patience` from now. Becomes `at_once` or `never` if it is too short or too long for the
  /// clock.
  template <class Rep, class Period>
  static basic_deadline in(std::chrono::duration<Rep, Period> patience) {
    using wide =
        std::chrono::duration<long double>;  // a duration's max() converts without overflow
    const wide wanted = patience;
    if (!(wanted > wide::zero())) return at_once();
    const auto now = clock::now();
    if (wanted >= wide(clock::time_point::max() - now)) return never();
    return basic_deadline{now + std::chrono::duration_cast<typename clock::duration>(wanted)};
  }

  /// A given point in time.
  static constexpr basic_deadline at(typename clock::time_point when) noexcept {
    return basic_deadline{when};
  }

  /// Whether the deadline never passes, so that there is no need to look at the clock.
  constexpr bool is_never() const noexcept { return at_ == clock::time_point::max(); }
  /// Whether the rank may try only once, so that there is nothing to wait for.
  constexpr bool is_at_once() const noexcept { return at_ == clock::time_point::min(); }
  /// Whether the rank must give up now: never for `never`, always for `at_once`.
  bool passed() const { return !is_never() && (is_at_once() || clock::now() >= at_); }

  /// The time left, at least zero and at most `longest`.
  typename clock::duration left(typename clock::duration longest = clock::duration::max()) const {
    if (is_never()) return longest;
    if (is_at_once()) return clock::duration::zero();
    const auto now = clock::now();
    if (now >= at_) return clock::duration::zero();
    return at_ - now < longest ? at_ - now : longest;
  }

 private:
  explicit constexpr basic_deadline(typename clock::time_point at) noexcept : at_(at) {}
  typename clock::time_point at_;
};

/// The deadline that users wait with.
using deadline = basic_deadline<std::chrono::steady_clock>;

}  // namespace mpilock
