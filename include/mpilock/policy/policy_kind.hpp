#pragma once
/// @file
/// @brief Which kind of policy a type is.
/// @ingroup policy

#include "mpilock/policy/backend.hpp"
#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/policy/progress_policy.hpp"

namespace mpilock {

/// What `policy_kind_of` finds.
enum class policy_kind {
  none,      ///< no member of any policy
  several,   ///< a whole policy of more than one kind
  backend,   ///< a backend, whole or not
  fairness,  ///< a fairness policy, whole or not
  progress   ///< a progress policy, whole or not
};

/// The kind of a policy that may be given in any order. A type that is a whole policy of one kind
/// is of that kind. Of an incomplete policy, one member is enough to tell the kind. Then the user
/// gets the message that names the missing member.
/// @tparam Fairness any fairness policy, which tells whether `P` has locks
template <class P, class Fairness>
consteval policy_kind policy_kind_of() {
  constexpr int kinds =
      int{has_lock_for<P, Fairness>} + int{fairness_policy<P>} + int{progress_policy<P>};
  if constexpr (kinds > 1) return policy_kind::several;
  if constexpr (has_lock_for<P, Fairness>) return policy_kind::backend;
  if constexpr (fairness_policy<P>) return policy_kind::fairness;
  if constexpr (progress_policy<P>) return policy_kind::progress;
  if constexpr (
      requires { &P::admits; } || requires { &P::next; } || decides_turns<P>)
    return policy_kind::fairness;
  if constexpr (
      requires { &P::idle; } || requires { &P::longest_nap; } || states_thread_level<P>)
    return policy_kind::progress;
  return policy_kind::none;
}

}  // namespace mpilock
