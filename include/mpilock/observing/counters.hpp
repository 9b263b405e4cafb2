#pragma once
/// @file
/// @brief The number of sections of a rank, and the time that it has waited for them.
/// @ingroup observing

#include <chrono>
#include <cstdint>

#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// A snapshot of the counts of this rank, since its controller was made.
struct counters {
  /// The counts for one kind of section.
  struct of_kind {
    std::uint64_t sections = 0;  ///< entered, nested ones included
    /// Attempts to enter, successful or not, in which the rank slept or yielded its core. One or
    /// two more looks are no wait.
    std::uint64_t waits = 0;
    std::chrono::nanoseconds waited{0};  ///< the time in all of these together
  };

  of_kind reads;   ///< for read sections
  of_kind writes;  ///< for write sections, upgrades included

  /// The counts for `kind`.
  const of_kind& of(access kind) const noexcept { return kind == access::read ? reads : writes; }
};

}  // namespace mpilock
