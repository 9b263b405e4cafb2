#pragma once
/// @file
/// @brief Which policies a user has chosen, given in any order and without the defaults.
/// @ingroup controller

#include <type_traits>

#include "mpilock/controller/basic_window_controller.hpp"
#include "mpilock/policy/backend.hpp"
#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/policy/progress_policy.hpp"

namespace mpilock::detail {

enum class policy_kind { none, backend, fairness, progress };

/// One member is enough to tell the kind. Then a policy that lacks another member gets the message
/// that names the missing one.
/// @tparam Fairness any fairness policy, which tells whether `P` has locks
template <class P, class Fairness>
consteval policy_kind policy_kind_of() {
  if constexpr (has_lock_for<P, Fairness>) return policy_kind::backend;
  if constexpr (
      requires { &P::admits; } || requires { &P::next; } || decides_turns<P>)
    return policy_kind::fairness;
  if constexpr (
      requires { &P::idle; } || requires { &P::longest_nap; } || states_thread_level<P>)
    return policy_kind::progress;
  return policy_kind::none;
}

/// The compiler shows the type `Given` with the message.
template <class Given, policy_kind kind>
struct policy_argument {
  static_assert(kind != policy_kind::none,
                "mpilock: this argument is no policy: a backend has `template "
                "<mpilock::fairness_policy F> class lock`, a fairness policy has `admits` and "
                "`next`, a progress policy has `thread_level`, `idle` and `longest_nap`");
};

/// The first of `Given` that is of the kind, or else `Default`.
template <policy_kind kind, class Fairness, class Default, class... Given>
struct first_of_kind : std::type_identity<Default> {};
template <policy_kind kind, class Fairness, class Default, class First, class... Rest>
struct first_of_kind<kind, Fairness, Default, First, Rest...>
    : std::conditional_t<policy_kind_of<First, Fairness>() == kind, std::type_identity<First>,
                         first_of_kind<kind, Fairness, Default, Rest...>> {};

/// The controller with the `Given` policies, and with the defaults where none is given. The
/// compiler shows all of `Given` with a message.
template <class Backend, class Fairness, class Progress, class... Given>
struct chosen_policies {
  template <policy_kind kind>
  static constexpr int count = (int{policy_kind_of<Given, Fairness>() == kind} + ... + 0);
  // To ask for the size of a template makes the compiler look at what it asserts.
  static_assert((sizeof(policy_argument<Given, policy_kind_of<Given, Fairness>()>) + ... + 1) > 0);
  static_assert(count<policy_kind::backend> < 2,
                "mpilock: more than one of these policies is a backend; give one, or none for "
                "the default");
  static_assert(count<policy_kind::fairness> < 2,
                "mpilock: more than one of these policies is a fairness policy; give one, or none "
                "for the default");
  static_assert(count<policy_kind::progress> < 2,
                "mpilock: more than one of these policies is a progress policy; give one, or none "
                "for the default");

  template <policy_kind kind, class Default>
  using choice = typename first_of_kind<kind, Fairness, Default, Given...>::type;
  using controller = basic_window_controller<choice<policy_kind::backend, Backend>,
                                             choice<policy_kind::fairness, Fairness>,
                                             choice<policy_kind::progress, Progress>>;
};

}  // namespace mpilock::detail
