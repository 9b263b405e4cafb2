#pragma once
/// @file
/// @brief Who is told what a rank does with a lock.
/// @ingroup observing

#include <string>

#include "mpilock/observing/event.hpp"

namespace mpilock {

/// Told of every section of a controller that it was given to, in `options::observers`, by the thread
/// that locks. A controller without observers spends no instruction on them.
///
/// Each section is requested, then granted or refused (an attempt that failed), and, if granted,
/// released in the end. All functions are local and must not throw, nor use the controller.
class observer {
 public:
  virtual ~observer() = default;
  /// A section is asked for. Nothing has been done yet.
  virtual void requested(const event& what) noexcept = 0;
  /// The rank is inside.
  virtual void granted(const event& what) noexcept = 0;
  /// The rank has given up, or has been refused at once.
  virtual void refused(const event& what) noexcept = 0;
  /// The rank is about to leave; `what.from` is where the section was asked for.
  virtual void released(const event& what) noexcept = 0;
};

}  // namespace mpilock
