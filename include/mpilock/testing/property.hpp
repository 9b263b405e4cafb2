#pragma once
/// @file
/// @brief The properties that the checker verifies, one name each.
/// @ingroup testing

#include <cstdint>
#include <string_view>

namespace mpilock::testing {

/// A search ends with the first property that a schedule breaks.
enum class property : std::uint8_t {
  none,
  exclusion,         ///< at most one writer is inside, and never beside a reader
  fresh_datum,       ///< a rank sees a plain datum that the lock guards whole and new
  no_deadlock,       ///< a waiting rank enters when the others leave; no wake-up or grant is lost
  no_needless_wait,  ///< when nothing moves, no rank waits that the policy would let in
  nothing_left,      ///< when all ranks are outside, the lock is as it was in the beginning
  epoch,             ///< a rank inside sees the exact count of write sections
  local_waiting,     ///< a waiting rank looks only at its own memory
  bounded_steps,     ///< once no more calls begin, all steps come to an end
  one_operation,     ///< ranks don't mix operations on a word in a way that MPI leaves undefined
  fairness,          ///< the bounds on overtaking that the policy declares
  program_error,     ///< the code under test threw, or went on in two ways from one state: it keeps
                     ///< more values than it says, or started an operation that it never completed
};

/// The name of a property in reports.
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
