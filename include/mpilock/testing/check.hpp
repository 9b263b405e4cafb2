#pragma once
/// @file
/// @brief One call that explores a fairness policy on a model of memory.
/// @ingroup testing

#include <string>

#include "mpilock/engine/turn_taking.hpp"
#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/testing/checker/checker.hpp"
#include "mpilock/testing/checker/rank_code.hpp"
#include "mpilock/testing/models.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing {

/// Explores the code of ranks. It is a template with one instance, so that a program can take that
/// from another translation unit (`extern template`): it takes g++ longer than a policy with its
/// engine.
template <class Code = rank_code>
verdict explore(const machine_settings& settings, const program& what, const Code& code,
                const expectations& wanted, const search_limits& limits) {
  machine world(settings, what, code);
  return checker(world, wanted, limits).search();
}

/// Explores `Fairness` on the engine of `Model`, with `ranks` ranks that run the program `what`,
/// until a property is broken, everything was seen, or a limit is reached.
template <class Model, fairness_policy Fairness>
verdict check(int ranks, const program& what, const search_limits& limits = {}) {
  using lock = typename Model::template lock<Fairness>;
  const rank_code code = code_of<lock>(ranks, what.write_sections >= 0);
  expectations wanted;
  wanted.is_due = [](std::uint32_t inside, std::uint32_t readers, std::uint32_t writers) {
    return turn_taking<Fairness>::is_due({inside, 0, readers, writers, 0, 0});
  };
  wanted.is_turn_of = [](access kind, std::uint32_t inside, std::uint32_t readers,
                         std::uint32_t writers) {
    return turn_taking<Fairness>::is_turn_of(kind, {inside, 0, readers, writers, 0, 0});
  };
  verdict found = explore(settings_of<Model, Fairness>(ranks), what, code, wanted, limits);
  found.policy = Fairness::name;
  found.model = Model::name;
  found.program = what.name;
  found.counts_overtaking = what.counts_overtaking;
  if constexpr (promises_bounds<Fairness>) found.promised = Fairness::bounds;
  return found;
}

}  // namespace mpilock::testing
