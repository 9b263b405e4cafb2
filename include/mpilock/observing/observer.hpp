#pragma once
/// @file
/// @brief The interface of objects that are told what a rank does with a lock.
/// @ingroup observing

#include <string>

#include "mpilock/observing/event.hpp"

namespace mpilock {

/// An observer is told of every section of a controller that got it in `options::observers`. The
/// thread that locks calls it. A controller without observers spends no instruction on them.
///
/// Each section is requested, then granted or refused (the attempt failed), and, if granted,
/// finally released. All functions are local, and must not use the controller.
///
/// No function may throw, because a section that is already entered can't be half undone. The
/// compiler refuses an override that isn't `noexcept`. If an exception leaves a `noexcept`
/// function, the language ends the program. An observer that can't do its work, for example for
/// lack of memory, leaves it undone.
///
/// The library itself allocates memory for a section before it asks for the section. If that fails,
/// `std::bad_alloc` goes to the caller, no observer has been told, and nothing is held.
class observer {
 public:
  virtual ~observer() = default;
  /// The rank asks for a section. Nothing has been done yet.
  virtual void requested(const event& what) noexcept = 0;
  /// The rank is inside.
  virtual void granted(const event& what) noexcept = 0;
  /// The rank has given up, or was refused at once.
  virtual void refused(const event& what) noexcept = 0;
  /// The rank is about to leave; `what.from` is the call that asked for the section.
  virtual void released(const event& what) noexcept = 0;
};

}  // namespace mpilock
