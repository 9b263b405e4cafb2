#pragma once
/// @file
/// @brief The result of an upgrade from a read section to a write section.
/// @ingroup controller

#include <mutex>

namespace mpilock {

/// A write section that was a read section before, and whether the data that was read is still
/// valid.
template <class Controller>
struct upgraded {
  /// Owns the write section. If the attempt failed, it owns nothing, and the read guard still owns
  /// its section.
  std::unique_lock<Controller> lock;
  /// Whether another rank has written since this rank stopped reading. If so, the data that this
  /// rank has read may be old. It is valid after a failed attempt, too.
  bool others_wrote = false;

  /// Whether it may write.
  explicit operator bool() const noexcept { return lock.owns_lock(); }
};

}  // namespace mpilock
