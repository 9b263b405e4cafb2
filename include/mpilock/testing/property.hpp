#pragma once
/// @file
/// @brief What is checked, one name each.
/// @ingroup testing

#include <cstdint>
#include <string_view>

namespace mpilock::testing {

/// The first one that a schedule breaks ends a search.
enum class property : std::uint8_t {
  none,
  exclusion,         ///< at most one writer, and never beside a reader
  fresh_datum,       ///< a plain datum that the lock guards is seen whole and new
  no_deadlock,       ///< whoever waits gets in when the others leave; no wake-up or grant is lost
  no_needless_wait,  ///< when nothing moves, nobody waits whom the policy would let in
  nothing_left,      ///< when everybody is outside, the lock is as it was in the beginning
  epoch,             ///< a holder sees the exact count of write sections
  local_waiting,     ///< a waiting rank looks at its own memory alone
  bounded_steps,     ///< once no more calls begin, all steps come to an end
  one_operation,     ///< ranks don't mix operations on a word in a way that MPI leaves undefined
  fairness,          ///< the bounds on overtaking that the policy declares
  program_error,     ///< the code under test threw something, or went on in two ways
                     ///< from one state: it keeps more in mind than it says, or started an
                     ///< operation that it never completed
};

/// How reports call it.
constexpr std::string_view to_string(property what) {
  switch (what) {
    case property::none:
      return "none";
    case property::exclusion:
      return "exclusion";
    case property::fresh_datum:
      return "fresh datum";
    case property::no_deadlock:
      return "no deadlock";
    case property::no_needless_wait:
      return "no needless wait";
    case property::nothing_left:
      return "nothing left behind";
    case property::epoch:
      return "epoch";
    case property::local_waiting:
      return "local waiting";
    case property::bounded_steps:
      return "bounded steps";
    case property::one_operation:
      return "one operation per word";
    case property::fairness:
      return "fairness";
    case property::program_error:
      return "program error";
  }
  return "?";
}

}  // namespace mpilock::testing
