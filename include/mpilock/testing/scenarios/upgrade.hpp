#pragma once
/// @file
/// @brief A reader that becomes a writer for a while.
/// @ingroup testing

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "mpilock/testing/stage.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing::scenarios {

/// Part 1 tries to write without pause, from before the upgrade ends until after it.
struct upgrade_leaves_no_gap {
  static constexpr std::string_view name = "upgrade_leaves_no_gap";

  template <class Stage>
  static void play(Stage& on) {
    if (on.size() == 1) return;
    if (on.plays(0)) {
      on.ctrl.lock_shared();
      on.ctrl.lock();
      on.tell(1);
      on.hear(1);  // it has tried at least once
      on.ctrl.unlock();
      for (int i = 0; i < 20; ++i) on.ctrl.progress();
      on.tell(1);
      on.expect(on.hear(1) == 0, "another rank wrote in between");
      on.ctrl.unlock_shared();
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

/// All ranks read, and all want to write. Each rank stops reading first, so no rank waits for ever.
struct upgrade_of_everybody {
  static constexpr std::string_view name = "upgrade_of_everybody";

  template <class Stage>
  static void play(Stage& on) {
    on.judge.move_to(on.part(0));
    std::uint64_t before = 0;
    std::uint64_t mine = 0;
    {
      const auto reading = on.ctrl.read();
      before = on.ctrl.epoch();
      on.meet();
      {
        const auto writing = on.ctrl.write();
        on.judge.enter(access::write);
        mine = on.ctrl.epoch() - before;
        on.judge.leave(access::write);
      }
      on.judge.enter(access::read);
      on.expect(on.ctrl.epoch() == before + mine, "no rank can have written since");
      on.judge.leave(access::read);
    }
    const auto size = static_cast<std::int64_t>(on.size());
    on.expect(on.sum(static_cast<std::int64_t>(mine)) == size * (size + 1) / 2,
              "each rank must see a section number of its own");
  }
};

/// Part 1 waits to write while part 0 upgrades. The epochs tell which rank wrote first.
struct epoch_tells_who_came_first {
  static constexpr std::string_view name = "epoch_tells_who_came_first";

  template <class Stage>
  static void play(Stage& on) {
    if (on.size() == 1) return;
    if (on.plays(0)) {
      on.ctrl.lock_shared();
      const auto before = on.ctrl.epoch();
      on.tell(1);
      on.hear(1);  // it is about to wait
      on.ctrl.lock();
      const auto mine = static_cast<std::int64_t>(on.ctrl.epoch() - before);
      on.ctrl.unlock();
      on.ctrl.unlock_shared();
      on.tell(1, static_cast<std::int64_t>(before));
      const auto theirs = on.hear(1);
      on.expect(((mine == 1 && theirs == 2) || (mine == 2 && theirs == 1)),
                "sections 1 and 2, not " + std::to_string(mine) + " and " + std::to_string(theirs));
    } else if (on.plays(1)) {
      on.hear(0);
      on.tell(0);
      on.ctrl.lock();
      const auto now = static_cast<std::int64_t>(on.ctrl.epoch());
      on.ctrl.unlock();
      on.tell(0, now - on.hear(0));
    }
  }
};

/// Parts 0 and 1 read. Neither can upgrade, and neither stops reading when its attempt fails.
struct failed_upgrade_goes_on_reading {
  static constexpr std::string_view name = "failed_upgrade_goes_on_reading";

  template <class Stage>
  static void play(Stage& on) {
    if (on.size() == 1) return;
    const auto fail = [&] {
      on.expect(!on.ctrl.try_lock());
      on.expect(!on.ctrl.try_lock_for(milliseconds(2)));
      on.expect(!on.ctrl.try_lock());
    };
    if (on.plays(0)) {
      on.ctrl.lock_shared();
      on.tell(1);
      on.hear(1);  // both read
      fail();
      on.tell(1);
      on.hear(1);  // the other rank has failed, too, and left
      on.expect(on.eventually([&] { return on.ctrl.try_lock(); }));
      on.ctrl.unlock();
      on.ctrl.unlock_shared();
    } else if (on.plays(1)) {
      on.hear(0);
      on.ctrl.lock_shared();
      on.tell(0);
      on.hear(0);
      fail();
      on.ctrl.unlock_shared();
      on.expect(!on.ctrl.try_lock(), "the rank that could not upgrade must read on");
      on.tell(0);
    }
  }
};

}  // namespace mpilock::testing::scenarios
