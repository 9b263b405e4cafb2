// mpi-test: ranks=4 flavours=one timeout=180
/// @file
/// @brief The holder, a waiter or the root stops for a while, like a process that is swapped out,
/// debugged or migrated.
///
/// In no case may a rank enter wrongly, and all ranks go on when the victim goes on. Whether the
/// timed calls of the other ranks return in time depends on which rank they need:
///
/// | backend         | a frozen holder or waiter       | a frozen root                          |
/// | --------------- | ------------------------------- | -------------------------------------- |
/// | `shared_memory` | in time                         | in time                                |
/// | `rma_window`    | in time while another is inside | late where MPI needs the target's help |
/// | `two_sided`     | in time                         | late: the root is the manager          |
///
/// With `rma_window`, a later call may have to give the turn to the frozen waiter. No MPI promises
/// that this works without the target's help.
///
/// "In time" is not a number of milliseconds, since a busy machine is slow. The victim is frozen
/// until the calls have returned, so they must return while it is frozen.

#include <mpi.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <iostream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "faults/fault_scene.hpp"
#include "faults/process.hpp"
#include "stress/aftermath.hpp"
#include "stress/visitor.hpp"
#include "support/environment.hpp"

namespace faults {
namespace {

using namespace std::chrono_literals;
using mpilock::access;
using clock = std::chrono::steady_clock;

constexpr auto far_too_late = 20s;  // the longest freeze, if the calls don't return

std::vector<std::chrono::milliseconds> frosts() {
  if (mpilock_test::is_long_form()) return {100ms, 1000ms, 2500ms, 5000ms};
  return {100ms, 1000ms};
}

template <class Backend>
std::string title(const char* what, std::chrono::milliseconds frost) {
  return std::string(Backend::name) + ", " + what + " frozen for " + std::to_string(frost.count()) +
         " ms";
}

/// The holder stops inside its section, where it computes. Another rank waits.
template <class Backend>
void freeze_holder(std::chrono::milliseconds frost) {
  fault_scene<Backend> play(title<Backend>("the holder", frost));
  auto& on = play.on;
  switch (on.me()) {
    case holder: {
      const auto lock = play.ctrl.write();
      on.announce();
      on.judge.enter(access::write);
      play.await_outside(warden, 1);
      on.judge.leave(access::write);
      play.write_alone();
      break;
    }
    case waiter: {
      play.await(holder, 1);
      on.announce();
      const auto lock = play.ctrl.write();
      play.write_alone();
      break;
    }
    case warden: {
      play.await(waiter, 1);
      {
        freezer ice(on.process_of(holder), frost, far_too_late);
        play.fail_to_enter();
        BOOST_TEST(ice.is_done_with(), "the timed calls waited for the frozen holder");
      }
      on.announce();
      break;
    }
    default:
      play.await(warden, 1);
  }
  play.end();
}

/// A waiter stops, and its turn comes meanwhile. Where turns are handed over, no other rank may
/// enter.
template <class Backend>
void freeze_waiter(std::chrono::milliseconds frost) {
  fault_scene<Backend> play(title<Backend>("a waiter", frost));
  auto& on = play.on;
  switch (on.me()) {
    case holder: {
      {
        const auto lock = play.ctrl.read();
        on.announce();
        play.await_outside(warden, 1);
      }
      on.announce();
      break;
    }
    case waiter: {
      play.await(holder, 1);
      const auto lock = play.ctrl.write();
      play.write_alone();
      break;
    }
    case warden: {
      play.await(holder, 1);
      while (play.ctrl.try_read()) play.ctrl.progress();  // until a writer waits
      {
        freezer ice(on.process_of(waiter), frost, far_too_late);
        play.fail_to_enter();
        on.announce();
        // In a window, the holder's release may wait for the victim, to which it sends a letter.
        if (Backend::name != mpilock::rma_window::name) {  // it is the victim's turn
          play.await(holder, 2);
          if (Backend::name == mpilock::shared_memory::name)
            play.write_instead();
          else
            play.fail_to_enter();
        }
        BOOST_TEST(ice.is_done_with(), "the timed calls waited for the frozen waiter");
      }
      play.await(holder, 2);
      on.announce();
      break;
    }
    default:
      play.await(warden, 2);
  }
  play.end();
}

/// A waiter is called while it is stopped. The lock is free, and another rank waits behind it.
/// @return on the warden, how long the lock was free; at most `frost`
clock::duration freeze_called(fault_scene<mpilock::shared_memory>& play, clock::duration frost) {
  auto& on = play.on;
  on.begin_scene();
  play.ctrl.barrier();
  clock::duration lay_free{};
  switch (on.me()) {
    case holder: {
      play.ctrl.lock();
      on.announce();
      play.await_outside(warden, 1);
      play.write_alone();
      play.ctrl.unlock();  // calls the next rank in the order of ranks: the waiter
      on.announce();
      break;
    }
    case warden: {
      for (const int other : {waiter, root}) play.await(other, 1);
      std::this_thread::sleep_for(10ms);  // until they most likely wait
      freezer ice(on.process_of(waiter), 0s, frost);
      on.announce();
      play.await_outside(holder, 2);
      const auto begin = clock::now();
      play.await_outside(root, 2);
      lay_free = clock::now() - begin;
      break;
    }
    default: {
      play.await(holder, 1);
      on.announce();
      const auto lock = play.ctrl.write();
      on.announce();
      play.write_alone();
    }
  }
  play.ctrl.barrier();
  return lay_free;
}

/// The root stops outside its sections, while one rank reads and one waits to write.
template <class Backend>
void freeze_root(std::chrono::milliseconds frost) {
  constexpr bool needs_root = Backend::name != mpilock::shared_memory::name;
  fault_scene<Backend> play(title<Backend>("the root", frost));
  auto& on = play.on;
  switch (on.me()) {
    case holder: {
      {
        const auto lock = play.ctrl.read();
        on.announce();
        play.await_outside(warden, 1);
        on.judge.enter(access::read);
        on.judge.leave(access::read);
      }
      on.announce();
      break;
    }
    case waiter: {
      play.await(holder, 1);
      const auto lock = play.ctrl.write();
      play.write_alone();
      break;
    }
    case warden: {
      play.await(holder, 1);
      while (play.ctrl.try_read()) play.ctrl.progress();  // until a writer waits
      {
        freezer ice(on.process_of(root), frost, needs_root ? frost : far_too_late);
        play.fail_to_enter();
        if (!needs_root)
          BOOST_TEST(ice.is_done_with(), "the timed calls waited for the frozen root");
      }
      on.announce();
      break;
    }
    default:
      play.await(warden, 1);
  }
  play.end();
}

/// Any rank stops at any moment: between two operations of the lock, asleep, or when it must give a
/// turn. A call may then wait for the victim, but no rank enters wrongly and nothing is lost.
template <class Backend>
void freeze_anybody(int times, std::chrono::milliseconds longest) {
  fault_scene<Backend> play(title<Backend>("anybody", longest));
  auto& on = play.on;
  stress::visitor visiting(play.ctrl, on.judge, on.file, 1);
  const auto begin = clock::now();
  std::thread cold;
  if (on.me() == warden)
    cold = std::thread([&on, times, longest] {
      std::minstd_rand dice(static_cast<unsigned>(times));
      for (int i = 0; i < times; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(dice() % 20));
        const auto frost = longest / static_cast<int>(1 + dice() % 4);
        freezer ice(on.process_of(static_cast<int>(dice() % warden)), frost, frost);
      }
      on.announce();
    });
  while (on.steps_of(warden) < 1) visiting.visit();
  if (cold.joinable()) cold.join();
  play.ctrl.barrier();
  stress::judge_aftermath(title<Backend>("anybody", longest), play.ctrl, on.judge, on.file,
                          visiting.found(), clock::now() - begin);
}

}  // namespace
}  // namespace faults

BOOST_AUTO_TEST_CASE_TEMPLATE(frozen_holder, backend, faults::backends) {
  for (const auto frost : faults::frosts()) faults::freeze_holder<backend>(frost);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(frozen_waiter, backend, faults::backends) {
  for (const auto frost : faults::frosts()) faults::freeze_waiter<backend>(frost);
}

/// Checks the median, so that other load on the machine does not fail the test.
BOOST_AUTO_TEST_CASE(a_lock_that_lies_free_beside_a_frozen_waiter_is_taken_within_20_ms) {
  using namespace std::chrono_literals;
  faults::fault_scene<mpilock::shared_memory> play("a frozen waiter is called");
  std::vector<std::chrono::steady_clock::duration> lay_free(11);
  for (auto& each : lay_free) each = faults::freeze_called(play, 3s);
  std::sort(lay_free.begin(), lay_free.end());
  const auto median = std::chrono::duration<double, std::milli>(lay_free[lay_free.size() / 2]);
  if (play.on.me() == faults::warden) {
    BOOST_TEST(median.count() <= 20, "the lock was free for " << median.count() << " ms");
    std::cout << "a frozen waiter is called: the lock was free for " +
                     std::to_string(median.count()) + " ms\n"
              << std::flush;
  }
  play.end();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(frozen_root, backend, faults::backends) {
  for (const auto frost : faults::frosts()) faults::freeze_root<backend>(frost);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(frozen_anywhere, backend, faults::backends) {
  using std::chrono::milliseconds;
  if (mpilock_test::is_long_form()) {
    faults::freeze_anybody<backend>(100, milliseconds(400));
    faults::freeze_anybody<backend>(4, milliseconds(5000));
  } else {
    faults::freeze_anybody<backend>(10, milliseconds(100));
  }
}
