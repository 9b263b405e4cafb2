#pragma once
/// @file
/// @brief What a fairness policy promises to those who wait.
/// @ingroup policy

namespace mpilock {

/// How many newcomers of one kind may get in past a rank that waits already.
///
/// Order within a kind is free, unless the policy says something about writers; readers that wait
/// together go in together.
struct overtaking {
  static constexpr unsigned unbounded = ~0U;  ///< no promise

  unsigned readers_past_writer;              ///< newcomer readers past a writer that waits
  unsigned writers_past_reader;              ///< newcomer writers past a reader that waits
  unsigned writers_past_writer = unbounded;  ///< newcomer writers past a writer that waits
};

}  // namespace mpilock
