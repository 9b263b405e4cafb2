#pragma once
/// @file
/// @brief How a rank enters and leaves: what the standard's guards call, and guards.
/// @ingroup controller

#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <type_traits>

#include "mpilock/controller/section_end.hpp"
#include "mpilock/controller/upgraded.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// The part of a controller that meets the standard's SharedTimedMutex requirements.
///
/// Calls are local. `from` is the call site. It fills itself, and observers and reports of
/// stalls show it. These functions are always inlined, so that it costs nothing else.
/// @tparam Controller the class that derives from it, and knows how to acquire and release
template <class Controller>
class shared_timed_lockable {
 public:
  /// The guard of a read section. Like every guard it keeps the controller's address.
  using read_guard = std::shared_lock<Controller>;
  /// The guard of a write section.
  using write_guard = std::unique_lock<Controller>;
  /// A write section that was a read section before.
  using upgraded_type = upgraded<Controller>;

  /// @name SharedTimedMutex
  /// A failed try leaves nothing behind. A rank that reads and locks is upgraded: it stops reading,
  /// waits for its turn to write, and reads again when the write ends. `from` is the call
  /// site, which observers and reports of stalls show. @{

  /// Enters to write, alone, or with `_shared` to read, beside other readers. By a rank that is
  /// inside already it sends nothing, upgrade apart. `lock` and `lock_shared` wait as long as it
  /// takes; the others try once, for `patience` or until `when`, and return whether they got in.
  /// A single try can fail although nobody is inside, if another rank's attempt is in passing.
  /// @throws usage_error if 1,000,000 sections of the kind are nested already
  [[gnu::always_inline]] void lock(call_site from = call_site::current()) {
    acquire(access::write, deadline::never(), from);
  }
  /// As `lock`, but tries once.
  [[gnu::always_inline]] bool try_lock(call_site from = call_site::current()) {
    return acquire(access::write, deadline::at_once(), from);
  }
  /// As `lock`, but for `patience` at most.
  template <class Rep, class Period>
  bool try_lock_for(std::chrono::duration<Rep, Period> patience,
                    call_site from = call_site::current()) {
    return acquire(access::write, deadline::in(patience), from);
  }
  /// As `lock`, but until `when` at the latest.
  template <class Clock, class Duration>
  bool try_lock_until(std::chrono::time_point<Clock, Duration> when,
                      call_site from = call_site::current()) {
    return acquire_until<Clock>(access::write, when, from);
  }
  /// Ends one write section; sections of a rank may end in any order. Waits for no other rank.
  /// @throws usage_error if this rank has no such section; what it holds it holds still
  [[gnu::always_inline]] void unlock(call_site from = call_site::current()) {
    end<access::write>("unlock()", from);
  }

  /// As `lock`, to read.
  [[gnu::always_inline]] void lock_shared(call_site from = call_site::current()) {
    acquire(access::read, deadline::never(), from);
  }
  /// As `lock_shared`, but tries once.
  [[gnu::always_inline]] bool try_lock_shared(call_site from = call_site::current()) {
    return acquire(access::read, deadline::at_once(), from);
  }
  /// As `lock_shared`, but for `patience` at most.
  template <class Rep, class Period>
  bool try_lock_shared_for(std::chrono::duration<Rep, Period> patience,
                           call_site from = call_site::current()) {
    return acquire(access::read, deadline::in(patience), from);
  }
  /// As `lock_shared`, but until `when` at the latest.
  template <class Clock, class Duration>
  bool try_lock_shared_until(std::chrono::time_point<Clock, Duration> when,
                             call_site from = call_site::current()) {
    return acquire_until<Clock>(access::read, when, from);
  }
  /// Ends one read section, with the same promises and errors as `unlock`.
  [[gnu::always_inline]] void unlock_shared(call_site from = call_site::current()) {
    end<access::read>("unlock_shared()", from);
  }
  /// @}

  /// @name Guards
  /// They release in their destructors; those of the try forms are to be asked whether they own. @{

  /// A guard on a new section, entered as by that form of `lock_shared` or `lock` that waits as
  /// long.
  [[nodiscard("the section ends with its guard: give the guard a name"),
    gnu::always_inline]] read_guard
  read(call_site from = call_site::current()) {
    lock_shared(from);
    return {controller(), std::adopt_lock};
  }
  /// As `read`, but tries once.
  [[nodiscard, gnu::always_inline]] read_guard try_read(call_site from = call_site::current()) {
    return guard<read_guard>(try_lock_shared(from));
  }
  /// As `read`, but for `patience` at most.
  template <class Rep, class Period>
  [[nodiscard]] read_guard try_read_for(std::chrono::duration<Rep, Period> patience,
                                        call_site from = call_site::current()) {
    return guard<read_guard>(try_lock_shared_for(patience, from));
  }
  /// As `read`, but until `when` at the latest.
  template <class Clock, class Duration>
  [[nodiscard]] read_guard try_read_until(std::chrono::time_point<Clock, Duration> when,
                                          call_site from = call_site::current()) {
    return guard<read_guard>(try_lock_shared_until(when, from));
  }
  /// A guard on a new write section.
  [[nodiscard("the section ends with its guard: give the guard a name"),
    gnu::always_inline]] write_guard
  write(call_site from = call_site::current()) {
    lock(from);
    return write_guard(controller(), std::adopt_lock);
  }
  /// As `write`, but tries once.
  [[nodiscard, gnu::always_inline]] write_guard try_write(call_site from = call_site::current()) {
    return guard<write_guard>(try_lock(from));
  }
  /// As `write`, but for `patience` at most.
  template <class Rep, class Period>
  [[nodiscard]] write_guard try_write_for(std::chrono::duration<Rep, Period> patience,
                                          call_site from = call_site::current()) {
    return guard<write_guard>(try_lock_for(patience, from));
  }
  /// As `write`, but until `when` at the latest.
  template <class Clock, class Duration>
  [[nodiscard]] write_guard try_write_until(std::chrono::time_point<Clock, Duration> when,
                                            call_site from = call_site::current()) {
    return guard<write_guard>(try_lock_until(when, from));
  }
  /// @}

  /// @name Changing mode
  /// Of a section that has been entered already. @{

  /// Whether another rank waits to write while this rank is inside, so that a long reader can make
  /// way. It is a hint, and false while this rank holds nothing. It waits for no rank, except on
  /// `rma_window`, where it is a round trip. On `two_sided` the first call in a section asks the
  /// root, and a later call has the answer.
  bool write_requested() { return self().write_requested(); }

  /// Turns a write section into a read section with no gap: no rank writes in between. Waits for no
  /// other rank. @throws usage_error if this rank has no such section
  void unlock_and_lock_shared(call_site from = call_site::current()) {
    self().downgrade({"unlock_and_lock_shared()", from, true});
  }
  /// The same with guards. @throws usage_error if `writing` owns no section of this controller's
  [[nodiscard]] read_guard downgrade(write_guard&& writing, call_site from = call_site::current()) {
    self().require_guarded(writing.owns_lock() && writing.mutex() == &controller(), "downgrade");
    self().downgrade({"downgrade()", from});
    writing.release();
    return {controller(), std::adopt_lock};
  }

  /// Turns the read section of `reading` into a write section: the rank stops reading, and waits
  /// for its turn to write. Another rank may write first, and two ranks that upgrade don't block
  /// each other. Then `reading` owns nothing; if the attempt failed, it still owns its section.
  /// @throws usage_error if `reading` owns no section of this controller
  [[nodiscard]] upgraded_type upgrade(read_guard& reading, call_site from = call_site::current()) {
    return upgrade_by(reading, deadline::never(), from);
  }
  /// As `upgrade`, but tries once.
  [[nodiscard]] upgraded_type try_upgrade(read_guard& reading,
                                          call_site from = call_site::current()) {
    return upgrade_by(reading, deadline::at_once(), from);
  }
  /// As `upgrade`, but for `patience` at most.
  template <class Rep, class Period>
  [[nodiscard]] upgraded_type try_upgrade_for(read_guard& reading,
                                              std::chrono::duration<Rep, Period> patience,
                                              call_site from = call_site::current()) {
    return upgrade_by(reading, deadline::in(patience), from);
  }
  /// @}

 private:
  Controller& controller() noexcept { return static_cast<Controller&>(*this); }
  decltype(auto) self() { return controller().self(); }
  [[gnu::always_inline]] bool acquire(access kind, deadline until, const call_site& from) {
    return self().acquire(kind, until, from);
  }
  /// A guard takes the fast path out, and nothing is noted of it.
  template <access kind>
  [[gnu::always_inline]] void end(const char* call, const call_site& from) {
    if (detail::is_in_guard(from))
      end<kind>();
    else
      self().release(kind, {call, from, true});
  }
  template <access kind>
  void end() {
    self().release(kind);
  }

  /// Another clock may run at its own pace, so it is asked again when the steady clock is done.
  template <class Clock, class TimePoint>
  bool acquire_until(access kind, TimePoint when, call_site from) {
    for (;;) {
      const auto now = Clock::now();
      if (when <= now) return acquire(kind, deadline::at_once(), from);
      using wide = std::chrono::duration<long double>;
      const wide patience = wide(when.time_since_epoch()) - wide(now.time_since_epoch());
      if (acquire(kind, deadline::in(patience), from)) return true;
      if constexpr (std::is_same_v<Clock, std::chrono::steady_clock>) return false;
    }
  }

  template <class Guard>
  Guard guard(bool owns) {
    return owns ? Guard(controller(), std::adopt_lock) : Guard(controller(), std::defer_lock);
  }

  upgraded_type upgrade_by(read_guard& reading, deadline until, call_site from) {
    self().require_guarded(reading.owns_lock() && reading.mutex() == &controller(), "upgrade");
    upgraded_type result;
    if (self().upgrade(until, from, result.others_wrote)) {
      reading.release();
      result.lock = write_guard(controller(), std::adopt_lock);
    }
    return result;
  }
};

}  // namespace mpilock
