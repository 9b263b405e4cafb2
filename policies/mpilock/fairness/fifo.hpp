#pragma once
/// @file
/// @brief Strict order of arrival; readers that come one after the other read together.
/// @ingroup fairness

#include <string_view>

#include "mpilock/policy/census.hpp"
#include "mpilock/policy/overtaking.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// Task-fair: nobody gets in past anybody who waits already, so nobody starves. A rank has arrived
/// when it has joined the line, which it does as soon as it finds that it can't go in. Who gives up
/// leaves the line and joins it anew at the end.
///
/// Turns are handed over: under load the lock lies idle while the next rank wakes up.
///
/// Source: the task-fair reader-writer lock of Mellor-Crummey and Scott, "Scalable Reader-Writer
/// Synchronization for Shared-Memory Multiprocessors", PPoPP 1991; numbers drawn in order of arrival
/// are those of Lamport's bakery, CACM 17(8), 1974, drawn here from a counter.
struct fifo {
  static constexpr std::string_view name = "fifo";  ///< what ranks compare in `sync`

  /// What the checker holds it to.
  static constexpr overtaking bounds{
      .readers_past_writer = 0, .writers_past_reader = 0, .writers_past_writer = 0};

  /// Nobody past anybody who waits.
  static constexpr bool admits(access /*newcomer*/, const census& now) noexcept {
    return now.readers_waiting + now.writers_waiting == 0;
  }

  /// Who came first. While readers are inside, those who wait are all readers (one behind a writer
  /// that has given up, say) or have a writer among them whom some of them must not pass.
  static constexpr turn next(const census& now) noexcept {
    if (now.readers_inside == 0) return turn::first_come;
    return now.writers_waiting == 0 && now.readers_waiting > 0 ? turn::all_readers : turn::nobody;
  }
};

}  // namespace mpilock
