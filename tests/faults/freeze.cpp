// mpi-test: ranks=4 flavours=one timeout=180
/// @file
/// @brief The holder, a waiter or the root stops for a while, as a process does that is swapped
/// out, debugged or migrated.
///
/// In every case nobody enters wrongly, and when the victim goes on so does everybody. Whether the
/// others' timed calls come back in time depends on whom they need:
///
/// | backend         | a frozen holder or waiter        | a frozen root                              |
/// | --------------- | -------------------------------- | ------------------------------------------ |
/// | `shared_memory` | in time                          | in time                                    |
/// | `rma_window`    | in time while another is inside; | late where the MPI needs the target's      |
/// |                 | then a call may have to hand the | help; no MPI promises not to               |
/// |                 | turn to the frozen waiter        |                                            |
/// | `two_sided`     | in time                          | late: the root is the manager              |
///
/// "In time" is not a number of milliseconds, which a busy machine can spoil: the victim is kept
/// frozen until the calls are back, and they must come back although it is.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "faults/process.hpp"
#include "faults/scene.hpp"
#include "stress/aftermath.hpp"
#include "stress/visitor.hpp"
#include "support/environment.hpp"

namespace faults {
namespace {

using namespace std::chrono_literals;
using mpilock::access;
using clock = std::chrono::steady_clock;

constexpr auto far_too_late = 20s;  // how long a victim is kept frozen for calls that don't return

std::vector<std::chrono::milliseconds> frosts() {
  if (mpilock_test::is_long_form()) return {100ms, 1000ms, 2500ms, 5000ms};
  return {100ms, 1000ms};
}

template <class Backend>
std::string title(const char* what, std::chrono::milliseconds frost) {
  return std::string(Backend::name) + ", " + what + " frozen for " + std::to_string(frost.count()) +
         " ms";
}

/// The holder stops inside its section, where it computes; another rank waits.
template <class Backend>
void freeze_holder(std::chrono::milliseconds frost) {
  scene<Backend> play(title<Backend>("the holder", frost));
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

/// A waiter stops; its turn comes meanwhile. Where turns are handed over, nobody may go in instead.
template <class Backend>
void freeze_waiter(std::chrono::milliseconds frost) {
  scene<Backend> play(title<Backend>("a waiter", frost));
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
        // In a window the holder's release may wait for the victim, which is sent a letter.
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

/// The root stops, outside, while one rank reads and one waits to write.
template <class Backend>
void freeze_root(std::chrono::milliseconds frost) {
  constexpr bool needs_root = Backend::name != mpilock::shared_memory::name;
  scene<Backend> play(title<Backend>("the root", frost));
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

/// Whoever it is and whatever it does just then: between two operations of the lock, asleep, with
/// a turn to give. A call may then wait for the victim, but nobody enters wrongly and nothing is
/// lost.
template <class Backend>
void freeze_anybody(int times, std::chrono::milliseconds longest) {
  scene<Backend> play(title<Backend>("anybody", longest));
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
