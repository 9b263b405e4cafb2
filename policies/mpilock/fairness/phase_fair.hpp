#pragma once
/// @file
/// @brief Phases of readers and of one writer take turns: a reader waits for one writer at most.
/// @ingroup fairness

#include <cstdint>
#include <string_view>

#include "mpilock/policy/census.hpp"
#include "mpilock/policy/overtaking.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// While a writer waits, newcomers wait, too; when a writer has left, all readers that wait go in,
/// and when they have left, the next writer. So a reader waits for the readers that are inside and
/// for one writer, however many there are, and a writer for one phase of readers for each writer
/// before it.
///
/// Turns are handed over: under load the lock lies idle while the next rank wakes up.
///
/// Source: Brandenburg and Anderson, "Spin-based reader-writer synchronization for multiprocessor
/// real-time systems", Real-Time Systems 46(1), 2010.
struct phase_fair {
  static constexpr std::string_view name = "phase_fair";  ///< what ranks compare in `sync`

  /// What the checker holds it to. The one writer may be a newcomer, since order among writers is
  /// free.
  static constexpr overtaking bounds{.readers_past_writer = overtaking::unbounded,
                                     .writers_past_reader = 1};

  /// Whether the last one inside was a writer is all that it looks back on.
  static constexpr std::uint32_t most_in_a_row = 1;

  /// No reader past a waiting writer, no writer past a waiting reader whose phase is next.
  static constexpr bool admits(access newcomer, const census& now) noexcept {
    return newcomer == access::write ? !is_readers_phase(now) : now.writers_waiting == 0;
  }

  /// After a writer the readers, if any wait; else a writer, once nobody is inside.
  static constexpr turn next(const census& now) noexcept {
    if (now.writers_waiting == 0 || is_readers_phase(now)) return turn::all_readers;
    return now.readers_inside == 0 ? turn::one_writer : turn::nobody;
  }

 private:
  static constexpr bool is_readers_phase(const census& now) noexcept {
    return now.readers_waiting > 0 && now.writers_in_a_row > 0;
  }
};

}  // namespace mpilock
