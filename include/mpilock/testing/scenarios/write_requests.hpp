#pragma once
/// @file
/// @brief A reader learns that another rank waits to write.
/// @ingroup testing

#include <string_view>

#include "mpilock/testing/stage.hpp"

namespace mpilock::testing::scenarios {

/// A reader leaves as soon as it is asked to. If it were never asked, no writer would enter.
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
