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

/// Settings of a controller. They are the same on every rank, except for `alone` and the observers.
struct options {
  /// Shown in every message about this controller, and by tools that show the names of windows and
  /// communicators.
  std::string name = "mpilock";

  /// When a wait lasts longer than this, one of the waiting ranks prints to `std::cerr` which ranks
  /// hold the lock and which ranks wait for it. It prints again whenever the wait has doubled.
  /// Ranks note what they do in a window, which `sync` makes; so all ranks must give the same
  /// value. If it is 0, the environment variable MPILOCK_STALL_REPORT counts, such as 5s, 500ms or
  /// 2min. Without it, no rank prints.
  std::chrono::nanoseconds stall_report{0};

  /// True if a lock of one rank is what the program wants. Otherwise `sync` warns on `std::cerr`,
  /// once, if the rank seems to be alone by mistake: started by another MPI's mpirun, or with
  /// MPI_COMM_SELF in a larger world.
  bool alone = false;

  /// They are told of every section of this rank. Without observers a section costs nothing more.
  std::vector<std::shared_ptr<observer>> observers{};
};

}  // namespace mpilock
