#pragma once
/// @file
/// @brief Strict order of arrival; readers that arrive one after the other read together.
/// @ingroup fairness

#include <string_view>

#include "mpilock/policy/census.hpp"
#include "mpilock/policy/overtaking.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// Task-fair: no rank passes a rank that already waits, so no rank starves. A rank arrives when it
/// joins the queue. It does so as soon as it finds that it can't enter, unless it is next: behind
/// one writer and nobody else, in shared memory or in a window. Then it has arrived already, but
/// joins the queue at the end if it looks in vain. A rank that gives up leaves the queue, and next
/// time joins it at the end.
///
/// One exception: a rank that gives a turn looks at the waiting ranks one after the other. If all
/// of them give up meanwhile, and others join, one of these may pass another, and a rank that is
/// next.
///
/// Turns are handed over, so with more ranks than cores the lock may be idle until the next rank
/// has its core.
///
/// Source: the task-fair reader-writer lock of Mellor-Crummey and Scott, "Scalable Reader-Writer
/// Synchronization for Shared-Memory Multiprocessors", PPoPP 1991. Numbers that show the order of
/// arrival come from Lamport's bakery, CACM 17(8), 1974; here a counter gives them out.
struct fifo {
  static constexpr std::string_view name = "fifo";  ///< ranks compare it in `sync`

  /// The bounds that the checker verifies.
  static constexpr overtaking bounds{
      .readers_past_writer = 0, .writers_past_reader = 0, .writers_past_writer = 0};

  /// No newcomer passes a waiter.
  static constexpr bool admits(access /*newcomer*/, const census& now) noexcept {
    return now.readers_waiting + now.writers_waiting == 0;
  }

  /// The rank that arrived first. While readers are inside, there are two cases. If all waiters are
  /// readers, they enter; they may have waited behind a writer that gave up. If a writer waits,
  /// some of the waiting readers must not pass it.
  static constexpr turn next(const census& now) noexcept {
    if (now.readers_inside == 0) return turn::first_come;
    return now.writers_waiting == 0 && now.readers_waiting > 0 ? turn::all_readers : turn::nobody;
  }
};

}  // namespace mpilock
