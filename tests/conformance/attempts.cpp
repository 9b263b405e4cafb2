/// @file
/// @brief The try and timed forms: when they give up, and that nothing is left behind.

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <random>

#include "scenario.hpp"

namespace mpilock_test {
namespace {

using mpilock::access;
using namespace std::chrono_literals;
using std::chrono::microseconds;
using clock = std::chrono::steady_clock;

/// Runs it while part 0 holds the lock, on part 1.
template <class C, class Action>
void while_held(stage<C>& on, access kind, Action&& action) {
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

/// Collective. Everybody can lock: no attempt has left anything behind.
template <class C>
void everybody_locks(stage<C>& on) {
  on.meet();
  const auto size = static_cast<std::uint64_t>(on.size());
  on.ctrl.lock_shared();
  const auto before = on.ctrl.epoch();
  on.meet();
  on.ctrl.unlock_shared();
  { const auto lock = on.ctrl.write(); }
  on.meet();
  on.ctrl.lock_shared();
  BOOST_TEST(on.ctrl.epoch() == before + size);
  on.ctrl.unlock_shared();
}

const scenario tries_fail_at_once("tries_fail_at_once", __FILE__, __LINE__, [](auto& on) {
  auto& ctrl = on.ctrl;
  if (on.size() == 1) return;
  while_held(on, access::write, [&] {
    for (int i = 0; i < 3; ++i) {
      BOOST_TEST(!ctrl.try_lock());
      BOOST_TEST(!ctrl.try_lock_shared());
    }
  });
  while_held(on, access::read, [&] {
    BOOST_TEST(!ctrl.try_lock());
    BOOST_TEST(on.eventually([&] { return ctrl.try_lock_shared(); }));
    BOOST_TEST(!ctrl.try_lock());  // both read
    ctrl.unlock_shared();
    BOOST_TEST(!ctrl.try_lock());
  });
  everybody_locks(on);
});

template <class Duration, class Attempt>
void fails_after(Duration patience, Attempt&& attempt) {
  const auto begin = clock::now();
  BOOST_TEST(!attempt(patience));
  const auto took = clock::now() - begin;
  BOOST_TEST((took >= patience), "gave up before its time");
}

const scenario timed_forms_time_out("timed_forms_time_out", __FILE__, __LINE__, [](auto& on) {
  auto& ctrl = on.ctrl;
  if (on.size() == 1) return;
  const auto write_for = [&](auto patience) { return ctrl.try_lock_for(patience); };
  const auto read_for = [&](auto patience) { return ctrl.try_lock_shared_for(patience); };
  while_held(on, access::write, [&] {
    fails_after(2ms, write_for);
    fails_after(2ms, read_for);
    fails_after(microseconds(1), write_for);
    fails_after(std::chrono::duration<double>(0.001), read_for);
    for (const auto patience : {0ms, -1ms, std::chrono::milliseconds::min()}) {
      BOOST_TEST(!ctrl.try_lock_for(patience));
      BOOST_TEST(!ctrl.try_lock_shared_for(patience));
    }
    BOOST_TEST(!ctrl.try_lock_until(clock::now() - 1s));
    BOOST_TEST(!ctrl.try_lock_shared_until(clock::time_point::min()));
    BOOST_TEST(!ctrl.try_lock_until(clock::now() + 1ms));
    const auto later = std::chrono::system_clock::now() + 2ms;
    BOOST_TEST(!ctrl.try_lock_shared_until(later));
    BOOST_TEST((std::chrono::system_clock::now() >= later));
    BOOST_TEST(!ctrl.try_lock_until(std::chrono::system_clock::time_point::min()));
  });
  while_held(on, access::read, [&] { fails_after(2ms, write_for); });
  everybody_locks(on);
});

/// At least one try, whatever the patience; a free lock is had, except that what was released by
/// others just before may still be on its way.
const scenario any_duration_will_do("any_duration_will_do", __FILE__, __LINE__, [](auto& on) {
  auto& ctrl = on.ctrl;
  const auto writes = [&](auto patience) {
    return on.eventually([&] { return ctrl.try_write_for(patience).owns_lock(); });
  };
  const auto reads_until = [&](auto when) {
    return on.eventually([&] { return ctrl.try_read_until(when).owns_lock(); });
  };
  if (on.plays(0) || on.plays(2)) {
    if (on.size() > 2 && on.plays(2)) on.hear(0);
    BOOST_TEST(writes(0s));
    BOOST_TEST(writes(-1h));
    BOOST_TEST(writes(std::chrono::hours::min()));
    BOOST_TEST(writes(std::chrono::nanoseconds::max()));
    BOOST_TEST(writes(std::chrono::hours::max()));
    BOOST_TEST(writes(std::chrono::duration<double>::max()));
    BOOST_TEST(reads_until(clock::time_point::min()));
    BOOST_TEST(reads_until(clock::time_point::max()));
    BOOST_TEST(reads_until(clock::now() - 1h));
    BOOST_TEST(reads_until(std::chrono::system_clock::now() + 1h));
    BOOST_TEST(reads_until(std::chrono::system_clock::time_point::max()));
    if (on.size() > 2 && on.plays(0)) on.tell(2);
  }
});

/// The longest patience of all waits until it is given the lock.
const scenario endless_patience_waits("endless_patience_waits", __FILE__, __LINE__, [](auto& on) {
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
        BOOST_TEST(on.ctrl.try_read_for(std::chrono::hours::max()).owns_lock());
      } else {
        BOOST_TEST(on.ctrl.try_write_until(clock::time_point::max()).owns_lock());
      }
    }
    on.meet();
  }
});

/// Everybody wants the lock with deadlines about as long as a section: grants and deadlines meet in
/// every order. Nothing must be lost, or somebody would wait for ever afterwards.
const scenario grants_race_deadlines("grants_race_deadlines", __FILE__, __LINE__, [](auto& on) {
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
  const auto end = clock::now() + (is_long_form() ? 2000ms : 100ms);
  for (int i = 0; i < (is_long_form() ? 1'000'000 : 5'000) && clock::now() < end; ++i) {
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
  BOOST_TEST(ctrl.epoch() == before + all);
  ctrl.unlock_shared();
  everybody_locks(on);
});

}  // namespace
}  // namespace mpilock_test
