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
/// released in the end. All functions are local, and must not use the controller.
///
/// None may let an exception out: a section that is entered already could not be given back by halves.
/// The compiler refuses an override that isn't `noexcept`; an exception that leaves one that is ends
/// the program, as the language says. What an observer can't do, for want of memory say, it leaves.
/// The library itself makes room for what it remembers of a section before it asks for it: if that
/// fails, `std::bad_alloc` goes to the caller, no observer has been told and nothing is held.
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
