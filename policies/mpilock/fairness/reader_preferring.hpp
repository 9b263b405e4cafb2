#pragma once
/// @file
/// @brief A reader enters whenever no writer is inside, even while writers wait.
/// @ingroup fairness

#include <string_view>

#include "mpilock/policy/census.hpp"
#include "mpilock/policy/overtaking.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// A reader never waits for a writer that has not entered yet. Writers can starve while readers
/// overlap.
///
/// Source: the first readers-writers problem of Courtois, Heymans and Parnas, "Concurrent Control
/// with Readers and Writers", CACM 14(10), 1971.
struct reader_preferring {
  static constexpr std::string_view name = "reader_preferring";  ///< ranks compare it in `sync`

  /// The bounds that the checker verifies.
  static constexpr overtaking bounds{.readers_past_writer = overtaking::unbounded,
                                     .writers_past_reader = 0};

  /// A reader enters whichever ranks wait. A writer is not refused here either, since `next`
  /// decides.
  static constexpr bool admits(access /*newcomer*/, const census& /*now*/) noexcept { return true; }

  /// All waiting readers, if there are any. Otherwise a writer, once no rank is inside.
  static constexpr turn next(const census& now) noexcept {
    if (now.readers_waiting > 0) return turn::all_readers;
    const bool writer_can_go = now.writers_waiting > 0 && now.readers_inside == 0;
    return writer_can_go ? turn::one_writer : turn::nobody;
  }
};

}  // namespace mpilock
