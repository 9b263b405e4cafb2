#pragma once
/// @file
/// @brief The list of scenarios that the conformance kit runs on MPI, with every policy.
/// @ingroup testing

#include <tuple>

#include "mpilock/testing/scenarios/attempts.hpp"
#include "mpilock/testing/scenarios/downgrade.hpp"
#include "mpilock/testing/scenarios/exclusion.hpp"
#include "mpilock/testing/scenarios/fences.hpp"
#include "mpilock/testing/scenarios/lifetime.hpp"
#include "mpilock/testing/scenarios/nesting.hpp"
#include "mpilock/testing/scenarios/order_of_entry.hpp"
#include "mpilock/testing/scenarios/self_description.hpp"
#include "mpilock/testing/scenarios/standard_guards.hpp"
#include "mpilock/testing/scenarios/upgrade.hpp"
#include "mpilock/testing/scenarios/write_requests.hpp"

namespace mpilock::testing {

/// To add a scenario, add a type in a file of `scenarios/`, and a line here.
using all_scenarios = std::tuple<
    scenarios::nesting, scenarios::exclusion, scenarios::readers_share,
    scenarios::epoch_counts_writes, scenarios::tries_fail_at_once, scenarios::timed_forms_time_out,
    scenarios::any_duration_will_do, scenarios::endless_patience_waits,
    scenarios::grants_race_deadlines, scenarios::order_of_entry, scenarios::upgrade_leaves_no_gap,
    scenarios::upgrade_of_everybody, scenarios::epoch_tells_who_came_first,
    scenarios::failed_upgrade_goes_on_reading, scenarios::downgrade_leaves_no_gap,
    scenarios::downgraded_reads_with_others, scenarios::upgrade_tells_whether_others_wrote,
    scenarios::upgrade_alone, scenarios::failed_upgrade_reads_on, scenarios::reader_makes_way,
    scenarios::results_reach_all, scenarios::write_lock_in_single_write,
    scenarios::exceptions_reach_all, scenarios::fence_as_a_scope,
    scenarios::fence_left_by_an_exception, scenarios::standard_guards, scenarios::self_description,
    scenarios::close_and_open_again, scenarios::moved, scenarios::several_locks_at_once>;

/// Calls `action.operator()<Scenario>()` for each scenario, in order.
template <class Action>
void for_each_scenario(Action&& action) {
  [&]<class... Scenario>(std::tuple<Scenario...>*) {
    (action.template operator()<Scenario>(), ...);
  }(static_cast<all_scenarios*>(nullptr));
}

}  // namespace mpilock::testing
