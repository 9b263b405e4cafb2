#pragma once
/// @file
/// @brief As soon as a writer waits, no newcomer reads until no writer waits any more.
/// @ingroup fairness

#include <string_view>

#include "mpilock/policy/census.hpp"
#include "mpilock/policy/overtaking.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// Readers see updates soon, but they can starve while writers keep coming. This is the default.
///
/// Source: the second readers-writers problem of Courtois, Heymans and Parnas, "Concurrent Control
/// with Readers and Writers", CACM 14(10), 1971.
struct writer_preferring {
  static constexpr std::string_view name = "writer_preferring";  ///< ranks compare it in `sync`

  /// The bounds that the checker verifies.
  static constexpr overtaking bounds{.readers_past_writer = 0,
                                     .writers_past_reader = overtaking::unbounded};

  /// No reader passes a waiting writer. This function never refuses a writer.
  static constexpr bool admits(access newcomer, const census& now) noexcept {
    return newcomer == access::write || now.writers_waiting == 0;
  }

  /// A waiting writer, if there is one, once no rank is inside. Readers only if no writer waits.
  static constexpr turn next(const census& now) noexcept {
    if (now.writers_waiting > 0) return now.readers_inside == 0 ? turn::one_writer : turn::nobody;
    return now.readers_waiting > 0 ? turn::all_readers : turn::nobody;
  }
};

}  // namespace mpilock
