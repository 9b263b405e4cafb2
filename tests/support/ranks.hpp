#pragma once
/// @file
/// @brief The meetings of the conformance kit, for the other tests.

#include "mpilock/testing/rendezvous.hpp"

namespace mpilock_test {
using mpilock::testing::complete;
using mpilock::testing::has_news;
using mpilock::testing::hear;
using mpilock::testing::meet;
using mpilock::testing::on_one_node;
using mpilock::testing::rank_in;
using mpilock::testing::ranks_that_threw;
using mpilock::testing::serving;
using mpilock::testing::size_of;
using mpilock::testing::sum_over;
using mpilock::testing::tell;
using mpilock::testing::throws;
using mpilock::testing::yielding;
}  // namespace mpilock_test
