#pragma once
/// @file
/// @brief Controllers are made, moved, closed, and used together.
/// @ingroup testing

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "mpilock/testing/stage.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::testing::scenarios {

struct close_and_open_again {
  static constexpr std::string_view name = "close_and_open_again";

  template <class Stage>
  static void play(Stage& on) {
    if (!on.how_much.may_make_several) return;
    for (int round = 0; round < 2; ++round) {
      typename Stage::controller ctrl(on.world(), round % on.size());
      { const auto lock = ctrl.write(); }
      ctrl.close();
      ctrl.close();  // does nothing
      on.expect(ctrl.closed());
      on.expect(throws<closed_error>([&] { ctrl.lock_shared(); }));
    }
  }
};

struct moved {
  static constexpr std::string_view name = "moved";

  template <class Stage>
  static void play(Stage& on) {
    if (!on.how_much.may_make_several) return;
    using controller = typename Stage::controller;
    const auto leave_together = [](controller& ctrl) {
      if constexpr (Stage::serves_one_lock_at_a_time) ctrl.barrier();
    };
    controller first(on.world(), 0, {.name = "first"});
    controller second = std::move(first);
    on.expect(second.name() == "first");
    on.expect(throws<usage_error>([&] { first.lock(); }));  // NOLINT: on purpose
    { const auto lock = second.write(); }
    leave_together(second);
    first = controller(on.world(), on.size() - 1, {.name = "another"});
    { const auto lock = first.read(); }
    leave_together(first);
    second = std::move(first);  // closes its former controller
    on.expect(second.name() == "another");
    { const auto lock = second.write(); }
    second.barrier();
  }
};

/// Each lock has a root of its own, so that every rank serves and waits at the same time.
struct several_locks_at_once {
  static constexpr std::string_view name = "several_locks_at_once";

  template <class Stage>
  static void play(Stage& on) {
    if constexpr (!Stage::serves_one_lock_at_a_time) {
      if (!on.how_much.may_make_several) return;
      std::vector<typename Stage::controller> all;
      for (int i = 0; i < 3; ++i) all.emplace_back(on.world(), i % on.size());
      on.judge.move_to(0);
      const int rounds = on.how_much.is_long ? 100 : on.size() <= 3 ? 6 : 2;
      for (int i = 0; i < rounds; ++i) {
        const std::scoped_lock both(all[0], all[static_cast<std::size_t>(1 + i % 2)]);
        on.judge.enter(access::write);
        on.judge.leave(access::write);
      }
      for (int i = 0; i < rounds; ++i) {  // in one order on all ranks, so there is no deadlock
        const auto outer = all[1].read();
        const auto inner = all[2].write();
      }
      std::vector<std::uint64_t> sections;
      for (auto& each : all) each.barrier();
      for (auto& each : all) {
        const auto lock = each.read();
        sections.push_back(each.epoch());
      }
      const auto visits = static_cast<std::uint64_t>(rounds * on.size());
      on.expect(sections[0] >= visits);  // std::lock backs off and tries again
      on.expect(sections[1] >= visits / 2);
      on.expect(sections[2] >= visits + visits / 2);
      for (auto& each : all) each.barrier();
    }
  }
};

}  // namespace mpilock::testing::scenarios
