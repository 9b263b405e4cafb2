#pragma once
/// @file
/// @brief Sections that change their mode: a reader that makes way, upgrades and downgrades.
/// @ingroup testing

#include <chrono>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <string_view>
#include <utility>

#include "mpilock/testing/stage.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing::scenarios {

/// Part 1 tries to write without pause, from before the change until after it.
struct downgrade_leaves_no_gap {
  static constexpr std::string_view name = "downgrade_leaves_no_gap";

  template <class Stage>
  static void play(Stage& on) {
    if (on.size() == 1) return;
    if (on.plays(0)) {
      auto writing = on.ctrl.write();
      const auto epoch = on.ctrl.epoch();
      on.tell(1);
      on.hear(1);  // it has tried at least once
      auto reading = on.ctrl.downgrade(std::move(writing));
      on.expect(!writing.owns_lock());
      on.expect(reading.owns_lock());
      for (int i = 0; i < 20; ++i) on.ctrl.progress();
      on.expect(on.ctrl.epoch() == epoch, "no rank has written since");
      on.tell(1);
      on.expect(on.hear(1) == 0, "another rank wrote in between");
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
  }
};

/// After the change, other readers enter while the rank that wrote is inside.
struct downgraded_reads_with_others {
  static constexpr std::string_view name = "downgraded_reads_with_others";

  template <class Stage>
  static void play(Stage& on) {
    if (on.plays(0)) {
      on.ctrl.lock();
      on.ctrl.unlock_and_lock_shared();
    }
    on.meet();
    if (!on.plays(0)) on.expect(on.eventually([&] { return on.ctrl.try_read().owns_lock(); }));
    on.meet();
    if (on.plays(0)) on.ctrl.unlock_shared();
  }
};

/// All ranks count, in a section that begins with a read. The value that was read is valid unless
/// the upgrade says otherwise.
struct upgrade_tells_who_wrote {
  static constexpr std::string_view name = "upgrade_tells_who_wrote";

  template <class Stage>
  static void play(Stage& on) {
    on.judge.move_to(on.part(0));
    std::int64_t wrong = 0;
    for (int i = 0; i < 5; ++i) {
      auto reading = on.ctrl.read();
      const auto epoch = on.ctrl.epoch();
      const auto writing = on.ctrl.upgrade(reading);
      on.judge.enter(access::write);
      on.expect(bool(writing));
      on.expect(!reading.owns_lock());
      if (writing.others_wrote != (on.ctrl.epoch() != epoch + 1)) ++wrong;
      on.judge.leave(access::write);
    }
    on.expect(on.sum(wrong) == 0);
  }
};

struct upgrade_alone {
  static constexpr std::string_view name = "upgrade_alone";

  template <class Stage>
  static void play(Stage& on) {
    on.meet();
    if (on.plays(0)) {
      auto reading = on.ctrl.read();
      on.expect(on.eventually([&] {
        const auto writing = on.ctrl.try_upgrade(reading);
        if (!writing) return false;
        on.expect(!writing.others_wrote);
        return true;
      }));
      on.expect(on.eventually([&] { return on.ctrl.try_write().owns_lock(); }), "nothing is held");
    }
    on.meet();
  }
};

/// Another reader stays inside, so the attempts fail, and the rank continues to read.
struct failed_upgrade_reads_on {
  static constexpr std::string_view name = "failed_upgrade_reads_on";

  template <class Stage>
  static void play(Stage& on) {
    if (on.size() == 1) return;
    if (on.plays(1)) on.ctrl.lock_shared();
    on.meet();
    if (on.plays(0)) {
      auto reading = on.ctrl.read();
      const auto at_once = on.ctrl.try_upgrade(reading);
      on.expect(!at_once);
      on.expect(!at_once.others_wrote);
      const auto later = on.ctrl.try_upgrade_for(reading, milliseconds(2));
      on.expect(!later);
      on.expect(!later.others_wrote);
      on.expect(reading.owns_lock());
    }
    on.meet();
    if (on.plays(1)) on.ctrl.unlock_shared();
  }
};

/// A reader that leaves as soon as it is asked to. Otherwise the writer would wait for ever.
struct reader_makes_way {
  static constexpr std::string_view name = "reader_makes_way";

  template <class Stage>
  static void play(Stage& on) {
    on.expect(!on.ctrl.write_requested(), "this rank holds nothing");
    if (on.plays(0)) {
      const auto reading = on.ctrl.read();
      if (on.size() == 1) on.expect(!on.ctrl.write_requested());
      if (on.size() > 1) {
        on.tell(1);
        on.expect(on.eventually([&] { return on.ctrl.write_requested(); }));
      }
    } else if (on.plays(1)) {
      on.hear(0);
      const auto writing = on.ctrl.write();
    }
    on.meet();
    if (on.plays(0)) {
      const auto reading = on.ctrl.read();
      for (int i = 0; i < 3; ++i)
        on.expect(!on.ctrl.write_requested(), "no other rank wants to write");
    }
    on.meet();
  }
};

}  // namespace mpilock::testing::scenarios
