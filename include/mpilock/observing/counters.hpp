#pragma once
/// @file
/// @brief How many sections a rank has had, and how long it has waited for them.
/// @ingroup observing

#include <chrono>
#include <cstdint>

#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// A snapshot, of this rank alone, since its controller was made.
struct counters {
  /// Of one kind of section.
  struct of_kind {
    std::uint64_t sections = 0;  ///< entered, nested ones included
    /// Attempts to enter, successful or not, in which the rank slept or let others run; a look or two
    /// more is no wait.
    std::uint64_t waits = 0;
    std::chrono::nanoseconds waited{0};  ///< in all of these together
  };

  of_kind reads;   ///< of read sections
  of_kind writes;  ///< of write sections, upgrades included

  /// Those of `kind`.
  const of_kind& of(access kind) const noexcept { return kind == access::read ? reads : writes; }
};

}  // namespace mpilock
