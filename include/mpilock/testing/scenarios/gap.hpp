#pragma once
/// @file
/// @brief The common part of the scenarios in which a change of mode must leave no gap.
/// @ingroup testing

#include <cstdint>

#include "mpilock/testing/stage.hpp"

namespace mpilock::testing::scenarios {

/// Part 1 tries to write without pause, while part 0 changes the mode of its section.
/// @param change called on part 0 with two functions. The first must be called before the change:
/// it returns when part 1 has tried at least once. The second must be called after the change, in
/// the section: it waits for some more attempts, and expects that none has succeeded
template <class Stage, class Change>
void while_another_rank_tries_to_write(Stage& on, const Change& change) {
  if (on.size() == 1) return;
  if (on.plays(0)) {
    const auto begin = [&] {
      on.tell(1);
      on.hear(1);
    };
    const auto end = [&] {
      for (int i = 0; i < 20; ++i) on.ctrl.progress();
      on.tell(1);
      on.expect(on.hear(1) == 0, "another rank wrote in between");
    };
    change(begin, end);
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

}  // namespace mpilock::testing::scenarios
