/// @file
/// @brief Sections that change their mode: made way for, turned into the other kind.

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "scenario.hpp"

namespace mpilock_test {
namespace {

using mpilock::access;
using std::chrono::milliseconds;

/// Part 1 tries without pause to write, from before the change until after.
const scenario downgrade_leaves_no_gap("downgrade_leaves_no_gap", __FILE__, __LINE__, [](auto& on) {
  if (on.size() == 1) return;
  if (on.plays(0)) {
    auto writing = on.ctrl.write();
    const auto epoch = on.ctrl.epoch();
    on.tell(1);
    on.hear(1);  // it has tried at least once
    auto reading = on.ctrl.downgrade(std::move(writing));
    BOOST_TEST(!writing.owns_lock());
    BOOST_TEST(reading.owns_lock());
    for (int i = 0; i < 20; ++i) on.ctrl.progress();
    BOOST_TEST(on.ctrl.epoch() == epoch, "nobody has written since");
    on.tell(1);
    BOOST_TEST(on.hear(1) == 0, "another rank wrote in between");
  } else if (on.plays(1)) {
    on.hear(0);
    std::int64_t got_in = 0;
    const auto attempt = [&] { got_in += on.ctrl.try_write().owns_lock() ? 1 : 0; };
    attempt();
    on.tell(0);
    while (!on.has_news(0)) attempt();
    on.hear(0);
    attempt();
    on.tell(0, got_in);
  }
});

/// After the change other readers come in beside the one that wrote.
const scenario downgraded_reads_with_others("downgraded_reads_with_others", __FILE__, __LINE__,
                                            [](auto& on) {
                                              if (on.plays(0)) {
                                                on.ctrl.lock();
                                                on.ctrl.unlock_and_lock_shared();
                                              }
                                              on.meet();
                                              if (!on.plays(0))
                                                BOOST_TEST(on.eventually([&] {
                                                  return on.ctrl.try_read().owns_lock();
                                                }));
                                              on.meet();
                                              if (on.plays(0)) on.ctrl.unlock_shared();
                                            });

/// Every rank counts, in one section that begins by reading: what it has read holds unless told.
const scenario upgrade_tells_who_wrote("upgrade_tells_who_wrote", __FILE__, __LINE__, [](auto& on) {
  on.judge.move_to(on.part(0));
  std::int64_t wrong = 0;
  for (int i = 0; i < 5; ++i) {
    auto reading = on.ctrl.read();
    const auto epoch = on.ctrl.epoch();
    const auto writing = on.ctrl.upgrade(reading);
    on.judge.enter(access::write);
    BOOST_TEST(bool(writing));
    BOOST_TEST(!reading.owns_lock());
    if (writing.others_wrote != (on.ctrl.epoch() != epoch + 1)) ++wrong;
    on.judge.leave(access::write);
  }
  BOOST_TEST(on.sum(wrong) == 0);
});

const scenario upgrade_alone("upgrade_alone", __FILE__, __LINE__, [](auto& on) {
  on.meet();
  if (on.plays(0)) {
    auto reading = on.ctrl.read();
    BOOST_TEST(on.eventually([&] {
      const auto writing = on.ctrl.try_upgrade(reading);
      if (!writing) return false;
      BOOST_TEST(!writing.others_wrote);
      return true;
    }));
    BOOST_TEST(on.eventually([&] { return on.ctrl.try_write().owns_lock(); }), "nothing is held");
  }
  on.meet();
});

/// Another reader stays inside, so the attempts fail, and leave the rank reading.
const scenario failed_upgrade_reads_on("failed_upgrade_reads_on", __FILE__, __LINE__, [](auto& on) {
  if (on.size() == 1) return;
  if (on.plays(1)) on.ctrl.lock_shared();
  on.meet();
  if (on.plays(0)) {
    auto reading = on.ctrl.read();
    const auto at_once = on.ctrl.try_upgrade(reading);
    BOOST_TEST(!at_once);
    BOOST_TEST(!at_once.others_wrote);
    const auto later = on.ctrl.try_upgrade_for(reading, milliseconds(2));
    BOOST_TEST(!later);
    BOOST_TEST(!later.others_wrote);
    BOOST_TEST(reading.owns_lock());
  }
  on.meet();
  if (on.plays(1)) on.ctrl.unlock_shared();
});

/// A reader that makes way as soon as it is asked to: without that the writer would wait for ever.
const scenario reader_makes_way("reader_makes_way", __FILE__, __LINE__, [](auto& on) {
  BOOST_TEST(!on.ctrl.write_requested(), "this rank holds nothing");
  if (on.plays(0)) {
    const auto reading = on.ctrl.read();
    if (on.size() == 1) BOOST_TEST(!on.ctrl.write_requested());
    if (on.size() > 1) {
      on.tell(1);
      BOOST_TEST(on.eventually([&] { return on.ctrl.write_requested(); }));
    }
  } else if (on.plays(1)) {
    on.hear(0);
    const auto writing = on.ctrl.write();
  }
  on.meet();
  if (on.plays(0)) {
    const auto reading = on.ctrl.read();
    for (int i = 0; i < 3; ++i) BOOST_TEST(!on.ctrl.write_requested(), "nobody else is about");
  }
  on.meet();
});

}  // namespace
}  // namespace mpilock_test
