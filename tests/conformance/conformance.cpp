/// @file
/// @brief Each scenario of the conformance kit is a test case of each composition.

#include <boost/test/unit_test.hpp>

#include "composition_suites.hpp"
#include "mpilock/testing/all_scenarios.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock_test {
namespace {

const bool suites_are_added =
    add_suites([](auto&& add) { mpilock::testing::for_each_scenario(add); });

/// Collective. Where a composition is unavailable, its construction throws on every rank, and the
/// communicator still works afterwards.
BOOST_AUTO_TEST_CASE(unavailable_on_every_rank) {
  close_open_stage();
  for_each_composition([]<class C>() {
    if (why_unavailable<C>().empty()) return;
    const auto thrown = ranks_that_threw<mpilock::unavailable_error>(
        MPI_COMM_WORLD, [] { typename C::controller ctrl(MPI_COMM_WORLD); });
    BOOST_TEST(thrown == size_of(MPI_COMM_WORLD), C::name());
    meet(MPI_COMM_WORLD);
  });
}

}  // namespace
}  // namespace mpilock_test
