#pragma once
/// @file
/// @brief How a rank enters and leaves sections where the fast path is not enough.
/// @ingroup controller

#include <chrono>
#include <optional>
#include <string>

#include "mpilock/controller/activity.hpp"
#include "mpilock/controller/collective_wait.hpp"
#include "mpilock/controller/exit_watch.hpp"
#include "mpilock/controller/fast_path.hpp"
#include "mpilock/controller/life.hpp"
#include "mpilock/controller/options.hpp"
#include "mpilock/controller/section_end.hpp"
#include "mpilock/controller/section_watch.hpp"
#include "mpilock/controller/status.hpp"
#include "mpilock/engine/reentrant_lock.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/stall_alarm.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/observing/counters.hpp"
#include "mpilock/observing/event.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// Sections that must wait, sections that are watched, and calls after the controller was closed.
template <class Service>
class slow_path {
 public:
  using lock_type = reentrant_lock<typename Service::lock_type>;

  /// All of these must live as long as sections are entered.
  slow_path(const options& chosen, const life& lived, Service& service, lock_type& lock,
            activity& doing)
      : options_(chosen), life_(lived), service_(service), lock_(lock), doing_(doing) {}

  /// For a rank that has asked the lock once in vain: another rank may be in the way.
  [[gnu::noinline]] bool acquire(access kind, deadline until) {
    return settle(kind, until, nullptr);
  }

  /// For a controller that is watched or closed.
  [[gnu::noinline]] bool acquire_watched(access kind, deadline until, const call_site& from) {
    life_.require_open();
    stall_alarm alarm(options_.stall_report, [this](auto) {
      return watch_->notes()->report_stall(options_.stall_report, service_.title(), service_);
    });
    const event wish = watch_->request(kind, from);
    bool is_inside = false;
    try {
      is_inside = named([&] { return lock_.arrive(kind); }) ||
                  settle(kind, until, watch_->notes() ? &alarm : nullptr);
    } catch (...) {
      watch_->refuse(wish);
      throw;
    }
    is_inside ? watch_->grant(wish) : watch_->refuse(wish);
    return is_inside;
  }

  /// As `acquire_watched`. @return false if the section has been ended in place of its guard
  [[gnu::noinline]] bool begin_release(access kind) {
    if (life_.is_closed() && are_forfeit_) return false;
    life_.require_open();
    watch_->release(kind);
    return true;
  }

  /// Local. Ends all sections in place of their guards.
  void end_sections() {
    are_forfeit_ = are_forfeit_ || lock_.is_held();
    for (const access kind : {access::write, access::read})
      while (lock_.is_held(kind)) {
        if (watch_) watch_->release(kind);
        lock_.release(kind);
      }
  }

  /// Collective, if there is a board to be made. Does nothing if the options ask for no watch.
  void watch_if_asked(const communicator& comm, int root, fast_path& to_bar) {
    const bool reports = options_.stall_report > std::chrono::nanoseconds::zero();
    if (!reports && options_.observers.empty()) return;
    watch_.emplace(options_, comm, root, reports);
    to_bar.bar();
  }
  std::optional<section_watch>& watch() noexcept { return watch_; }

  /// For a collective call, as long as it lasts.
  collective_wait<Service> in_collective(business what, const call_site& from) {
    return {service_, watch_, options_.stall_report, what, from};
  }

  counters count() const noexcept {
    counters now = waited_;
    now.reads.sections = lock_.entered(access::read);
    now.writes.sections = lock_.entered(access::write);
    return now;
  }

  /// Adds the controller's name.
  [[noreturn, gnu::noinline]] void complain(const std::string& what) const {
    throw usage_error("mpilock '" + options_.name + "': " + what);
  }
  /// Of what the lock complains about.
  [[noreturn, gnu::noinline]] void complain(const usage_error& failure) const {
    const auto* const missing = dynamic_cast<const not_held*>(&failure);
    complain(missing == nullptr ? failure.what()
                                : explain_failure({}, missing->kind(), lock_, last_by_hand_));
  }

  /// @throws usage_error if this rank has no section of the kind for this call to end
  void require_held(access kind, const section_end& end) const {
    if (!lock_.is_held(kind)) complain(explain_failure(end, kind, lock_, last_by_hand_));
  }
  /// The call has ended a section. The next complaint names it if no guard was there.
  void remember(const section_end& end) noexcept {
    if (end.is_by_hand) last_by_hand_ = end;
  }

 private:
  template <class Action>
  bool named(Action&& action) const {
    try {
      return action();
    } catch (const usage_error& failure) {
      complain(failure);
    }
  }

  bool settle(access kind, deadline until, stall_alarm* alarm) {
    exit_watch::watch();
    const activity::scope now(doing_, kind == access::read ? "enters to read" : "enters to write");
    waiting idle(service_.policy(), alarm);
    const bool is_inside = named([&] { return lock_.settle(kind, until, idle); });
    if (idle.has_begun()) {
      auto& count = kind == access::read ? waited_.reads : waited_.writes;
      ++count.waits;
      count.waited += idle.so_far();
    }
    return is_inside;
  }

  const options& options_;
  const life& life_;
  Service& service_;
  lock_type& lock_;
  activity& doing_;
  std::optional<section_watch> watch_;
  counters waited_;  // waits alone; the lock counts sections
  bool are_forfeit_ = false;
  section_end last_by_hand_;
};

}  // namespace mpilock::detail
