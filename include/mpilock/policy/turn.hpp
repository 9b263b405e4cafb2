#pragma once
/// @file
/// @brief The answers of a fairness policy.
/// @ingroup policy

namespace mpilock {

/// The ranks that enter next. The engine chooses among the waiters of that kind, except for
/// `first_come`.
enum class turn {
  nobody,       ///< the waiters continue to wait (only sensible while readers are inside)
  one_writer,   ///< carried out only when no rank is inside; until then it means `nobody`
  all_readers,  ///< all ranks that wait to read; an engine may let them in a few at a time
  one_reader,   ///< one of the ranks that wait to read; then the policy is asked again
  /// The rank that has waited longest. If it is a reader, all readers that arrived before the next
  /// writer enter with it. Carried out only when no rank is inside; until then it means `nobody`.
  first_come,
};

}  // namespace mpilock
