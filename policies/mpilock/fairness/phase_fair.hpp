#pragma once
/// @file
/// @brief Phases of readers and of one writer alternate: a reader waits for at most one writer.
/// @ingroup fairness

#include <cstdint>
#include <string_view>

#include "mpilock/policy/census.hpp"
#include "mpilock/policy/overtaking.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// While a writer waits, newcomers wait, too. When a writer has left, all waiting readers enter.
/// When they have left, the next writer enters. So a reader waits for the readers that are inside
/// and for one writer, however many writers there are. A writer waits for one phase of readers for
/// each writer before it.
///
/// Turns are handed over, so with more ranks than cores the lock may be idle until the next rank
/// has its core.
///
/// Source: Brandenburg and Anderson, "Spin-based reader-writer synchronization for multiprocessor
/// real-time systems", Real-Time Systems 46(1), 2010.
struct phase_fair {
  static constexpr std::string_view name = "phase_fair";  ///< ranks compare it in `sync`

  /// The bounds that the checker verifies. The one writer may be a newcomer, since the order among
  /// writers is free.
  static constexpr overtaking bounds{.readers_past_writer = overtaking::unbounded,
                                     .writers_past_reader = 1};

  /// The policy only needs to know whether the last rank inside was a writer.
  static constexpr std::uint32_t most_in_a_row = 1;

  /// No reader passes a waiting writer. No writer passes a waiting reader whose phase is next.
  static constexpr bool admits(access newcomer, const census& now) noexcept {
    return newcomer == access::write ? !is_readers_phase(now) : now.writers_waiting == 0;
  }

  /// After a writer, the waiting readers enter if there are any. Otherwise a writer enters, once no
  /// rank is inside.
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
