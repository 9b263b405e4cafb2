#pragma once
/// @file
/// @brief Making, moving, closing and combining controllers, and the standard guards.
/// @ingroup testing

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "mpilock/testing/stage.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::testing::scenarios {

struct standard_guards {
  static constexpr std::string_view name = "standard_guards";

  template <class Stage>
  static void play(Stage& on) {
    using controller = typename Stage::controller;
    static_assert(!std::is_copy_constructible_v<controller>);
    static_assert(std::is_nothrow_move_constructible_v<controller>);
    auto& ctrl = on.ctrl;
    on.judge.move_to(on.part(0));
    {
      std::unique_lock<controller> lock(ctrl, std::defer_lock);
      on.expect(!lock.owns_lock());
      on.expect(lock.try_lock_for(seconds(60)));
      on.judge.enter(access::write);
      std::shared_lock<controller> inner(ctrl, std::try_to_lock);  // local
      on.expect(inner.owns_lock());
      on.judge.leave(access::write);
      lock.unlock();
      on.judge.enter(access::read);
      on.judge.leave(access::read);
    }
    {
      const std::shared_lock<controller> lock(ctrl, std::chrono::steady_clock::now() + seconds(60));
      on.expect(lock.owns_lock());
      on.judge.enter(access::read);
      on.judge.leave(access::read);
    }
    {
      ctrl.lock();
      const std::lock_guard<controller> adopted(ctrl, std::adopt_lock);
      on.judge.enter(access::write);
      on.judge.leave(access::write);
    }
    on.expect(throws<usage_error>([&] { ctrl.unlock(); }));
  }
};

struct what_it_says_of_itself {
  static constexpr std::string_view name = "what_it_says_of_itself";

  template <class Stage>
  static void play(Stage& on) {
    auto& ctrl = on.ctrl;
    on.expect(ctrl.rank() == rank_in(on.world()));
    on.expect(ctrl.size() == size_of(on.world()));
    on.expect(ctrl.name() == on.name());
    on.expect(!ctrl.closed());
    const std::string backend(ctrl.backend_name());
    if (on.size() == 1 || !is_named<typename Stage::backend>("automatic"))
      on.expect(backend == Stage::backend::name);
    else if (on.is_on_one_node())
      on.expect(backend == "shared_memory");
    else
      on.expect((backend == "rma_window" ||
                 (backend == "two_sided" && Stage::progress::thread_level == MPI_THREAD_MULTIPLE)));
  }
};

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
