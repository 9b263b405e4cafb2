#pragma once
/// @file
/// @brief The try and timed forms: when they give up, and that they leave nothing behind.
/// @ingroup testing

#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "mpilock/testing/stage.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing::scenarios {

/// Runs `action` on part 1 while part 0 holds the lock.
template <class Stage, class Action>
void while_held(Stage& on, access kind, Action&& action) {
  if (on.plays(0)) {
    kind == access::read ? on.ctrl.lock_shared() : on.ctrl.lock();
    on.tell(1);
    on.hear(1);
    kind == access::read ? on.ctrl.unlock_shared() : on.ctrl.unlock();
  } else if (on.plays(1)) {
    on.hear(0);
    action();
    on.tell(0);
  }
}

/// Collective. Every rank can lock, so no attempt has left anything behind.
template <class Stage>
void everybody_locks(Stage& on) {
  on.meet();
  const auto size = static_cast<std::uint64_t>(on.size());
  on.ctrl.lock_shared();
  const auto before = on.ctrl.epoch();
  on.meet();
  on.ctrl.unlock_shared();
  { const auto lock = on.ctrl.write(); }
  on.meet();
  on.ctrl.lock_shared();
  on.expect(on.ctrl.epoch() == before + size);
  on.ctrl.unlock_shared();
}

struct tries_fail_at_once {
  static constexpr std::string_view name = "tries_fail_at_once";

  template <class Stage>
  static void play(Stage& on) {
    auto& ctrl = on.ctrl;
    if (on.size() == 1) return;
    while_held(on, access::write, [&] {
      for (int i = 0; i < 3; ++i) {
        on.expect(!ctrl.try_lock());
        on.expect(!ctrl.try_lock_shared());
      }
    });
    while_held(on, access::read, [&] {
      on.expect(!ctrl.try_lock());
      on.expect(on.eventually([&] { return ctrl.try_lock_shared(); }));
      on.expect(!ctrl.try_lock());  // both read
      ctrl.unlock_shared();
      on.expect(!ctrl.try_lock());
    });
    everybody_locks(on);
  }
};

template <class Stage, class Duration, class Attempt>
void fails_after(Stage& on, Duration patience, Attempt&& attempt) {
  const auto begin = clock::now();
  on.expect(!attempt(patience));
  const auto took = clock::now() - begin;
  on.expect((took >= patience), "gave up before its time");
}

struct timed_forms_time_out {
  static constexpr std::string_view name = "timed_forms_time_out";

  template <class Stage>
  static void play(Stage& on) {
    auto& ctrl = on.ctrl;
    if (on.size() == 1) return;
    const auto write_for = [&](auto patience) { return ctrl.try_lock_for(patience); };
    const auto read_for = [&](auto patience) { return ctrl.try_lock_shared_for(patience); };
    while_held(on, access::write, [&] {
      fails_after(on, milliseconds(2), write_for);
      fails_after(on, milliseconds(2), read_for);
      fails_after(on, microseconds(1), write_for);
      fails_after(on, std::chrono::duration<double>(0.001), read_for);
      for (const auto patience : {milliseconds(0), milliseconds(-1), milliseconds::min()}) {
        on.expect(!ctrl.try_lock_for(patience));
        on.expect(!ctrl.try_lock_shared_for(patience));
      }
      on.expect(!ctrl.try_lock_until(clock::now() - seconds(1)));
      on.expect(!ctrl.try_lock_shared_until(clock::time_point::min()));
      on.expect(!ctrl.try_lock_until(clock::now() + milliseconds(1)));
      const auto later = std::chrono::system_clock::now() + milliseconds(2);
      on.expect(!ctrl.try_lock_shared_until(later));
      on.expect((std::chrono::system_clock::now() >= later));
      on.expect(!ctrl.try_lock_until(std::chrono::system_clock::time_point::min()));
    });
    while_held(on, access::read, [&] { fails_after(on, milliseconds(2), write_for); });
    everybody_locks(on);
  }
};

/// Makes at least one try, whatever the patience. A free lock is entered, except that a release of
/// another rank may still be on its way.
struct any_duration_will_do {
  static constexpr std::string_view name = "any_duration_will_do";

  template <class Stage>
  static void play(Stage& on) {
    auto& ctrl = on.ctrl;
    const auto writes = [&](auto patience) {
      return on.eventually([&] { return ctrl.try_write_for(patience).owns_lock(); });
    };
    const auto reads_until = [&](auto when) {
      return on.eventually([&] { return ctrl.try_read_until(when).owns_lock(); });
    };
    if (on.plays(0) || on.plays(2)) {
      if (on.size() > 2 && on.plays(2)) on.hear(0);
      on.expect(writes(seconds(0)));
      on.expect(writes(hours(-1)));
      on.expect(writes(hours::min()));
      on.expect(writes(std::chrono::nanoseconds::max()));
      on.expect(writes(hours::max()));
      on.expect(writes(std::chrono::duration<double>::max()));
      on.expect(reads_until(clock::time_point::min()));
      on.expect(reads_until(clock::time_point::max()));
      on.expect(reads_until(clock::now() - hours(1)));
      on.expect(reads_until(std::chrono::system_clock::now() + hours(1)));
      on.expect(reads_until(std::chrono::system_clock::time_point::max()));
      if (on.size() > 2 && on.plays(0)) on.tell(2);
    }
  }
};

/// The longest possible patience waits until the lock is granted.
struct endless_patience_waits {
  static constexpr std::string_view name = "endless_patience_waits";

  template <class Stage>
  static void play(Stage& on) {
    if (on.size() == 1) return;
    for (const access kind : {access::read, access::write}) {
      if (on.plays(0)) {
        on.ctrl.lock();
        on.tell(1);
        on.hear(1);  // it is about to wait
        on.ctrl.unlock();
      } else if (on.plays(1)) {
        on.hear(0);
        on.tell(0);
        if (kind == access::read) {
          on.expect(on.ctrl.try_read_for(hours::max()).owns_lock());
        } else {
          on.expect(on.ctrl.try_write_until(clock::time_point::max()).owns_lock());
        }
      }
      on.meet();
    }
  }
};

/// All ranks want the lock, with deadlines about as long as a section, so grants and deadlines
/// cross in every order. If anything were lost, a rank would wait for ever afterwards.
struct grants_race_deadlines {
  static constexpr std::string_view name = "grants_race_deadlines";

  template <class Stage>
  static void play(Stage& on) {
    auto& ctrl = on.ctrl;
    std::minstd_rand dice(static_cast<unsigned>(on.rank()) + 1);
    on.judge.move_to(on.part(0));
    ctrl.lock_shared();
    const auto before = ctrl.epoch();
    on.meet();
    ctrl.unlock_shared();
    std::int64_t written = 0;
    const auto write = [&] {
      on.judge.enter(access::write);
      ++written;
      on.judge.leave(access::write);
    };
    const auto end = clock::now() + (on.how_much.is_long ? milliseconds(2000) : milliseconds(100));
    for (int i = 0; i < (on.how_much.is_long ? 1'000'000 : 5'000) && clock::now() < end; ++i) {
      const microseconds patience(dice() % 60);
      switch (dice() % 3) {
        case 0:
          if (const auto lock = ctrl.try_write_for(patience)) write();
          break;
        case 1:
          if (const auto lock = ctrl.try_read_for(patience)) {
            on.judge.enter(access::read);
            on.judge.leave(access::read);
          }
          break;
        default:
          const auto outer = ctrl.read();
          if (const auto inner = ctrl.try_write_for(patience)) write();
          on.judge.enter(access::read);
          on.judge.leave(access::read);
      }
    }
    on.meet();
    const auto all = static_cast<std::uint64_t>(on.sum(written));
    ctrl.lock_shared();
    const auto epoch = ctrl.epoch();
    on.expect(epoch == before + all, "the epoch was " + std::to_string(before) + ", is " +
                                         std::to_string(epoch) + " after " + std::to_string(all) +
                                         " sections that wrote");
    ctrl.unlock_shared();
    everybody_locks(on);
  }
};

}  // namespace mpilock::testing::scenarios
