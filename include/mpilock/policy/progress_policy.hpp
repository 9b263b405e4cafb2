#pragma once
/// @file
/// @brief What a progress policy must offer: what a rank does while it is idle.
/// @ingroup policy

#include <chrono>
#include <concepts>

#include "mpilock/policy/named_policy.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock {

/// States the MPI thread level that it needs (MPI_THREAD_SINGLE … MPI_THREAD_MULTIPLE).
template <class P>
concept states_thread_level = requires {
  { P::thread_level } -> std::convertible_to<int>;
};

/// Starts to serve a lock when it is constructed, and stops when it is destroyed.
template <class P>
concept attends_to_source = std::constructible_from<P, progress_source&>;

/// Has a function that a waiting rank calls between two looks.
template <class P>
concept idles = requires(P policy) {
  policy.idle();
};

/// States how long a waiting rank may sleep before it must call `idle` again.
template <class P>
concept limits_naps = requires(const P policy) {
  { policy.longest_nap() } -> std::same_as<std::chrono::steady_clock::duration>;
};

/// Says by a static function whether it serves other ranks from a thread on this rank. No policy
/// needs it: without it, a `thread_level` of MPI_THREAD_MULTIPLE says so.
template <class P>
concept tells_of_thread = requires {
  { P::has_thread() } -> std::same_as<bool>;
};

/// What a rank does while it is idle: while it waits, and while it holds a lock and computes.
/// @see docs/writing_a_policy.md
template <class P>
concept progress_policy =
    named_policy<P> && states_thread_level<P> && attends_to_source<P> && idles<P> && limits_naps<P>;

/// Reports at compile time which member a type lacks to be a progress policy.
template <class P>
consteval bool require_progress_policy() {
  static_assert(named_policy<P>,
                "mpilock: this progress policy lacks `static constexpr std::string_view name`");
  static_assert(
      states_thread_level<P>,
      "mpilock: this progress policy lacks `static constexpr int thread_level`, the least "
      "MPI thread level that it needs");
  static_assert(attends_to_source<P>,
                "mpilock: this progress policy lacks a constructor that takes "
                "`mpilock::progress_source&`");
  static_assert(idles<P>, "mpilock: this progress policy lacks `void idle()`");
  static_assert(limits_naps<P>,
                "mpilock: this progress policy lacks "
                "`std::chrono::steady_clock::duration longest_nap() const`");
  return true;
}

}  // namespace mpilock
