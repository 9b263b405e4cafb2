#pragma once
/// @file
/// @brief Runs one schedule again.
/// @ingroup testing

#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>

#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/testing/checker/machine.hpp"
#include "mpilock/testing/models.hpp"
#include "mpilock/testing/verdict.hpp"

namespace mpilock::testing {

/// Runs a schedule from a report again: the number of the move that was taken in each state.
/// @throws std::invalid_argument if the schedule doesn't fit, because it is for another lock or
/// program
template <class Model, fairness_policy Fairness>
verdict replay(int ranks, const program& what, const std::string& schedule) {
  using lock = typename Model::template lock<Fairness>;
  machine all(settings_of<Model, Fairness>(ranks), what,
              code_of<lock>(ranks, what.write_sections >= 0));
  verdict found{.policy = std::string(Fairness::name),
                .model = std::string(Model::name),
                .program = std::string(what.name),
                .ranks = ranks,
                .schedule = schedule};
  world now;
  std::istringstream moves(schedule);
  for (int wanted = 0; moves >> wanted;) {
    int number = 0;
    std::optional<world> next;
    all.successors(now, [&](const step& move, const world& after, property broken) {
      if (number++ != wanted) return;
      next = after;
      found.trace.push_back(line_of(all, move, after));
      if (found.broken == property::none) found.broken = broken;
    });
    if (!next)
      throw std::invalid_argument("mpilock: this schedule has no move " + std::to_string(wanted) +
                                  " after " + std::to_string(found.trace.size()) +
                                  " moves; it was made for another lock or program");
    now = *next;
  }
  return found;
}

}  // namespace mpilock::testing
