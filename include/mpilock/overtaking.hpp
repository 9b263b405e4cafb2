#pragma once
/// @file
/// @brief What a fairness policy promises to those who wait.

namespace mpilock {

/// How many newcomers of one kind may get in past a rank of the other kind that waits already.
///
/// Order within a kind is free.
struct overtaking {
  static constexpr unsigned unbounded = ~0U;  ///< no promise

  unsigned readers_past_writer;  ///< newcomer readers past a writer that waits
  unsigned writers_past_reader;  ///< newcomer writers past a reader that waits
};

}  // namespace mpilock
