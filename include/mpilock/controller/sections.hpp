#pragma once
/// @file
/// @brief The sections of one rank: how it enters them, leaves them, and changes their mode.
/// @ingroup controller

#include <algorithm>
#include <cstdint>

#include "mpilock/controller/fast_path.hpp"
#include "mpilock/controller/life.hpp"
#include "mpilock/controller/section_end.hpp"
#include "mpilock/controller/slow_path.hpp"
#include "mpilock/engine/reentrant_lock.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// The lock, and the fast path in and out, which is all that a plain section runs. `fast_path` has
/// the list of its calls.
///
/// The slow path is another object, kept by reference. As a part of this one it made a plain
/// section two instructions longer: g++ 12 computes its address before it knows whether it is
/// needed.
template <class Service>
class sections {
 public:
  using lock_type = reentrant_lock<typename Service::lock_type>;

  /// Both must live longer.
  sections(const life& lived, slow_path<Service>& otherwise)
      : life_(lived), slow_path_(otherwise) {}

  /// @return false if the deadline passed first
  [[gnu::always_inline]] bool acquire(access kind, deadline until, const call_site& from) {
    if (fast_path_.is_barred()) [[unlikely]]
      return slow_path_.acquire_watched(kind, until, from);
    return named([&] { return lock_.arrive(kind); }) || slow_path_.acquire(kind, until);
  }

  /// For guards. Does nothing if a destructor or MPI_Finalize has ended the section, and its guard
  /// lives on.
  [[gnu::always_inline]] void release(access kind) {
    if (fast_path_.is_barred()) [[unlikely]]
      if (!slow_path_.begin_release(kind)) return;
    named([&]() __attribute__((always_inline)) { lock_.release(kind); });
  }
  /// For all others.
  void release(access kind, const section_end& end) {
    if (fast_path_.is_barred() && !slow_path_.begin_release(kind)) return;
    slow_path_.require_held(kind, end);
    named([&] { lock_.release(kind); });
    slow_path_.remember(end);
  }

  /// Makes a read section of a write section.
  void downgrade(const section_end& end) {
    life_.require_open();
    slow_path_.require_held(access::write, end);
    auto& watch = slow_path_.watch();
    if (watch) watch->make_room(access::read);
    named([&] { lock_.downgrade(); });
    if (watch) watch->downgrade(end.from);
    slow_path_.remember(end);
  }

  /// Makes a write section of a read section. @return false if the deadline passed first
  bool upgrade(deadline until, call_site from, bool& others_wrote) {
    const section_end end{"upgrade()", from};
    slow_path_.require_held(access::read, end);
    const std::uint64_t before = epoch() + (lock_.is_held(access::write) ? 0 : 1);
    const bool is_done = acquire(access::write, until, from);
    others_wrote = epoch() + (is_done ? 0 : 1) != before;
    if (is_done) release(access::read, end);
    return is_done;
  }

  /// Exact while a lock is held, and after every collective call that succeeds, because such a call
  /// compares what all ranks know.
  std::uint64_t epoch() const noexcept { return std::max(lock_.epoch(), agreed_epoch_); }
  void learn_epoch(std::int64_t agreed) noexcept {
    agreed_epoch_ = std::max(agreed_epoch_, static_cast<std::uint64_t>(agreed));
  }

  lock_type& lock() noexcept { return lock_; }
  const lock_type& lock() const noexcept { return lock_; }
  fast_path& to_bar() noexcept { return fast_path_; }

 private:
  template <class Action>
  [[gnu::always_inline]] decltype(auto) named(Action&& action) const {
    try {
      return action();
    } catch (const usage_error& failure) {
      slow_path_.complain(failure);
    }
  }

  const life& life_;
  slow_path<Service>& slow_path_;
  lock_type lock_;
  fast_path fast_path_;
  std::uint64_t agreed_epoch_ = 0;  // as of the last collective call
};

}  // namespace mpilock::detail
