#pragma once
/// @file
/// @brief How a rank enters a lock: it arrives, and settles if that was not enough.

#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// Both parts in one call, where nothing is to be done between them.
/// @return false if the deadline passed first; nothing is left behind then
template <class Lock, class Clock, class Idle>
bool acquire(Lock& lock, access kind, basic_deadline<Clock> until, Idle& idle) {
  return lock.arrive(kind) || lock.settle(kind, until, idle);
}

}  // namespace mpilock
