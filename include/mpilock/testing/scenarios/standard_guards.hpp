#pragma once
/// @file
/// @brief The guards of the standard library hold a controller.
/// @ingroup testing

#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <string_view>
#include <type_traits>

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

}  // namespace mpilock::testing::scenarios
