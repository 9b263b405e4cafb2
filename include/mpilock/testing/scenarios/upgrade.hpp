#pragma once
/// @file
/// @brief Upgrades: a reader becomes a writer for a while, or fails to.
/// @ingroup testing

#include <cstdint>
#include <string>
#include <string_view>

#include "mpilock/testing/scenarios/gap.hpp"
#include "mpilock/testing/stage.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing::scenarios {

/// Another rank tries to write from before the upgrade ends until after it.
struct upgrade_leaves_no_gap {
  static constexpr std::string_view name = "upgrade_leaves_no_gap";

  template <class Stage>
  static void play(Stage& on) {
    while_another_rank_tries_to_write(on, [&](const auto& begin, const auto& end) {
      on.ctrl.lock_shared();
      on.ctrl.lock();
      begin();
      on.ctrl.unlock();
      end();
      on.ctrl.unlock_shared();
    });
  }
};

/// All ranks read, and all want to write. Each rank stops reading first, so there is no deadlock.
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

/// Each rank reads and then upgrades. The upgrade tells whether another rank wrote in between.
struct upgrade_tells_whether_others_wrote {
  static constexpr std::string_view name = "upgrade_tells_whether_others_wrote";

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

}  // namespace mpilock::testing::scenarios
