#pragma once
/// @file
/// @brief Which policies a user has chosen, given in any order and without the defaults.
/// @ingroup controller

#include <type_traits>

#include "mpilock/controller/basic_window_controller.hpp"
#include "mpilock/policy/policy_kind.hpp"

namespace mpilock::detail {

/// The compiler shows the type `Given` with the message.
template <class Given, policy_kind kind>
struct policy_argument {
  static_assert(kind != policy_kind::none,
                "mpilock: this argument is no policy: a backend has `template "
                "<mpilock::fairness_policy F> class lock`, a fairness policy has `admits` and "
                "`next`, a progress policy has `thread_level`, `idle` and `longest_nap`; the type "
                "must be complete and no reference, and these members public");
  static_assert(kind != policy_kind::several,
                "mpilock: this argument is a policy of more than one kind; give a type for each "
                "kind, or all three to basic_window_controller");
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
