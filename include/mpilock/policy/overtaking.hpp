#pragma once
/// @file
/// @brief The bounds that a fairness policy promises to ranks that wait.
/// @ingroup policy

namespace mpilock {

/// How many newcomers of one kind may enter before a rank that already waits.
///
/// The order within a kind is free, unless the policy promises something about writers. Readers
/// that wait together enter together.
struct overtaking {
  static constexpr unsigned unbounded = ~0U;  ///< no promise

  unsigned readers_past_writer;              ///< newcomer readers before a writer that waits
  unsigned writers_past_reader;              ///< newcomer writers before a reader that waits
  unsigned writers_past_writer = unbounded;  ///< newcomer writers before a writer that waits
};

}  // namespace mpilock
