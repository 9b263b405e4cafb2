#pragma once
/// @file
/// @brief What becomes of a read section that asks to write.
/// @ingroup controller

#include <mutex>

namespace mpilock {

/// A write section that was a read section before, and whether what was read then still holds.
template <class Controller>
struct upgraded {
  /// Owns the write section; of an attempt that failed, nothing: the read guard has its section
  /// still.
  std::unique_lock<Controller> lock;
  /// Whether another rank has written since the rank stopped reading, so that what it knows of the
  /// guarded thing may be old. Also told by an attempt that failed.
  bool others_wrote = false;

  /// Whether it may write.
  explicit operator bool() const noexcept { return lock.owns_lock(); }
};

}  // namespace mpilock
