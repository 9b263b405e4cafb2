#pragma once
/// @file
/// @brief From the moment a writer waits, no newcomer reads until no writer waits.
/// @ingroup fairness

#include <string_view>

#include "mpilock/policy/census.hpp"
#include "mpilock/policy/overtaking.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// Updates are seen soon; readers can starve while writers keep coming. The default.
///
/// Source: the second readers-writers problem of Courtois, Heymans and Parnas, "Concurrent Control
/// with Readers and Writers", CACM 14(10), 1971.
struct writer_preferring {
  static constexpr std::string_view name = "writer_preferring";  ///< what ranks compare in `sync`

  /// What the checker holds it to.
  static constexpr overtaking bounds{.readers_past_writer = 0,
                                     .writers_past_reader = overtaking::unbounded};

  /// No reader past a waiting writer. A writer has no objection to meet.
  static constexpr bool admits(access newcomer, const census& now) noexcept {
    return newcomer == access::write || now.writers_waiting == 0;
  }

  /// A writer if any waits, once nobody is inside; readers only if no writer waits.
  static constexpr turn next(const census& now) noexcept {
    if (now.writers_waiting > 0) return now.readers_inside == 0 ? turn::one_writer : turn::nobody;
    return now.readers_waiting > 0 ? turn::all_readers : turn::nobody;
  }
};

}  // namespace mpilock
