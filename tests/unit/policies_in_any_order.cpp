// Policies may be given in any order, and those that equal the defaults may be left out.

#include <boost/test/unit_test.hpp>
#include <type_traits>

#include "compile_fail/archetypes.hpp"
#include "mpilock/mpilock.hpp"

namespace {

using mpilock::at_most;
using mpilock::automatic;
using mpilock::automatic_progress;
using mpilock::basic_window_controller;
using mpilock::fifo;
using mpilock::polling_progress;
using mpilock::threaded_progress;
using mpilock::two_sided;
using mpilock::writer_preferring;

template <class... Given>
using made = decltype(mpilock::sync<Given...>(MPI_COMM_WORLD, 0, {}));

template <class Made, class B, class F, class P>
constexpr bool is = std::is_same_v<Made, basic_window_controller<B, F, P>>;

/// Whether all orders of three policies, of two of them and of one give the right controller.
template <class B, class F, class P>
void check_all_orders() {
  BOOST_TEST((is<made<B, F, P>, B, F, P> && is<made<B, P, F>, B, F, P>));
  BOOST_TEST((is<made<F, B, P>, B, F, P> && is<made<F, P, B>, B, F, P>));
  BOOST_TEST((is<made<P, B, F>, B, F, P> && is<made<P, F, B>, B, F, P>));

  BOOST_TEST(
      (is<made<B, F>, B, F, automatic_progress> && is<made<F, B>, B, F, automatic_progress>));
  BOOST_TEST((is<made<B, P>, B, writer_preferring, P> && is<made<P, B>, B, writer_preferring, P>));
  BOOST_TEST((is<made<F, P>, automatic, F, P> && is<made<P, F>, automatic, F, P>));

  BOOST_TEST((is<made<B>, B, writer_preferring, automatic_progress>));
  BOOST_TEST((is<made<F>, automatic, F, automatic_progress>));
  BOOST_TEST((is<made<P>, automatic, writer_preferring, P>));
}

/// A progress policy with a member that fairness policies have, too.
struct polls_in_a_list : polling_progress {
  using polling_progress::polling_progress;
  static constexpr std::string_view name = "polls_in_a_list";
  polls_in_a_list* next = nullptr;
};

}  // namespace

BOOST_AUTO_TEST_CASE(policies_of_the_library) {
  check_all_orders<two_sided, fifo, threaded_progress>();
  check_all_orders<mpilock::shared_memory, at_most<2, fifo>, mpilock::no_progress>();
}

BOOST_AUTO_TEST_CASE(policies_of_the_user) {
  check_all_orders<archetypes::backend, archetypes::fairness, archetypes::progress>();
  check_all_orders<archetypes::backend, at_most<3, archetypes::fairness>, threaded_progress>();
  check_all_orders<two_sided, fifo, polls_in_a_list>();
}

BOOST_AUTO_TEST_CASE(the_defaults) {
  check_all_orders<automatic, writer_preferring, automatic_progress>();
  BOOST_TEST((is<made<>, automatic, writer_preferring, automatic_progress>));
  BOOST_TEST((std::is_same_v<mpilock::window_controller, made<>>));
  BOOST_TEST((std::is_same_v<mpilock::controller_with<fifo, two_sided>, made<two_sided, fifo>>));
}
