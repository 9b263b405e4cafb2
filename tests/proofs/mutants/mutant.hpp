#pragma once
/// @file
/// @brief The two parts of a mutant's program.

#include "mpilock/testing/check.hpp"

extern template mpilock::testing::verdict mpilock::testing::explore(
    const mpilock::testing::machine_settings&, const mpilock::testing::program&,
    const mpilock::testing::rank_code&, const mpilock::testing::expectations&,
    const mpilock::testing::search_limits&);

/// Compiled for each mutant.
mpilock::testing::verdict explore_mutant(const mpilock::testing::search_limits& limits);
