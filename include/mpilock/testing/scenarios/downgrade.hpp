#pragma once
/// @file
/// @brief Downgrades: a writer becomes a reader.
/// @ingroup testing

#include <string_view>
#include <utility>

#include "mpilock/testing/scenarios/gap.hpp"
#include "mpilock/testing/stage.hpp"

namespace mpilock::testing::scenarios {

/// Another rank tries to write from before the downgrade until after it.
struct downgrade_leaves_no_gap {
  static constexpr std::string_view name = "downgrade_leaves_no_gap";

  template <class Stage>
  static void play(Stage& on) {
    while_another_rank_tries_to_write(on, [&](const auto& begin, const auto& end) {
      auto writing = on.ctrl.write();
      const auto epoch = on.ctrl.epoch();
      begin();
      const auto reading = on.ctrl.downgrade(std::move(writing));
      on.expect(!writing.owns_lock());
      on.expect(reading.owns_lock());
      end();
      on.expect(on.ctrl.epoch() == epoch, "no rank has written since");
    });
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

}  // namespace mpilock::testing::scenarios
