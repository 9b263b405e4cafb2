#pragma once
/// @file
/// @brief What can be set besides the policies.
/// @ingroup controller

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "mpilock/observing/observer.hpp"

namespace mpilock {

/// Settings of a controller; but for the observers the same on every rank.
struct options {
  /// Shown in every message about this controller, and by tools that show the names of windows and
  /// communicators.
  std::string name = "mpilock";

  /// When ranks have waited for longer than this, one of them says on std::cerr who holds the lock
  /// and who waits for it, and again after twice as long; 0: never. What that takes, a window in
  /// which ranks note what they do, is there from the beginning, so it must be asked for on every
  /// rank.
  std::chrono::nanoseconds stall_report{0};

  /// Told of every section of this rank. None: not an instruction is spent on them.
  std::vector<std::shared_ptr<observer>> observers{};
};

}  // namespace mpilock
