#pragma once
/// @file
/// @brief Every Backend x FairnessPolicy x ProgressPolicy of this executable, and the choice of
/// those that this launch runs.

#include <mpi.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "../support/environment.hpp"
#include "../support/ranks.hpp"
#include "mpilock/controller/basic_window_controller.hpp"
#include "policies_under_test.hpp"

namespace mpilock_test {

/// One policy for each slot. `Index` is its index among the compositions of the backend.
template <class Backend, class Fairness, class Progress, std::size_t Index>
struct composition {
  using backend = Backend;
  using fairness = Fairness;
  using progress = Progress;
  using controller = mpilock::basic_window_controller<Backend, Fairness, Progress>;
  static constexpr std::size_t index = Index;

  static std::string name() {
    return std::string(Backend::name) + "_" + std::string(Fairness::name) + "_" +
           std::string(Progress::name);
  }
};

inline constexpr std::size_t progress_count = std::tuple_size_v<under_test::progress>;
inline constexpr std::size_t composition_count =
    std::tuple_size_v<under_test::fairness> * progress_count;

template <std::size_t Index>
using composition_at =
    composition<under_test::backend,
                std::tuple_element_t<Index / progress_count, under_test::fairness>,
                std::tuple_element_t<Index % progress_count, under_test::progress>, Index>;

/// The tests know some policies by name, because the contract makes exceptions for these.
template <class Policy>
constexpr bool is_named(std::string_view name) {
  return std::string_view(Policy::name) == name;
}

/// A root of `two_sided` serves the others only in calls of this library. Under `no_progress`, a
/// rank that waits for one lock serves no other lock. (`automatic` never makes this combination.)
template <class C>
constexpr bool serves_one_lock_at_a_time =
    is_named<typename C::backend>("two_sided") && is_named<typename C::progress>("no_progress");

inline int provided_thread_level() {
  int level = MPI_THREAD_SINGLE;
  MPI_Query_thread(&level);
  return level;
}

/// Collective the first time.
inline bool all_on_one_node() {
  static const bool one = on_one_node(MPI_COMM_WORLD);
  return one;
}

/// Collective the first time. The reason why this composition can't be built here; empty if it can.
template <class C>
std::string why_unavailable() {
  if (C::progress::thread_level > provided_thread_level())
    return "MPI provides a lower thread level than " + std::string(C::progress::name) + " needs";
  if (mpilock::needs_one_node<typename C::backend>() && !all_on_one_node())
    return "the ranks are on several nodes";
  return "";
}

/// Whether the short form runs a composition with this many ranks. It runs all of them with 3
/// ranks, the smallest number that shows differences between fairness policies. With each other
/// number it runs a third, because MPI's own collective calls take most of the time. The long form
/// runs all.
template <class C>
constexpr bool short_form_includes(int ranks) {
  if (ranks == 3) return true;
  const std::size_t third = ranks < 3 ? static_cast<std::size_t>(ranks) : ranks < 8 ? 0 : 1;
  return (C::index / progress_count + C::index) % 3 == third;
}

/// Collective the first time. The reason why this launch leaves the composition out; empty if it
/// does not.
template <class C>
std::string why_left_out() {
  if (!is_long_form() && !short_form_includes<C>(size_of(MPI_COMM_WORLD)))
    return "with this many ranks it runs in the long form only";
  return why_unavailable<C>();
}

/// The index of this composition among those that this launch runs, and the number of those.
struct launch_place {
  std::size_t place;
  std::size_t all;
};

template <class C>
launch_place place_in_launch() {
  return []<std::size_t... Index>(std::index_sequence<Index...>) {
    const std::array runs{why_left_out<composition_at<Index>>().empty()...};
    const auto here = runs.begin() + static_cast<std::ptrdiff_t>(C::index);
    return launch_place{static_cast<std::size_t>(std::count(runs.begin(), here, true)),
                        static_cast<std::size_t>(std::count(runs.begin(), runs.end(), true))};
  }
  (std::make_index_sequence<composition_count>());
}

}  // namespace mpilock_test
