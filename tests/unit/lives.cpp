// A controller's life goes only forward. Its end closes the fast path and ends the open fence.

#include <boost/test/unit_test.hpp>
#include <optional>
#include <string>
#include <utility>

#include "mpilock/controller/fast_path.hpp"
#include "mpilock/controller/fence_link.hpp"
#include "mpilock/controller/life.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace {

using mpilock::detail::fast_path;
using mpilock::detail::fence_holder;
using mpilock::detail::fence_link;
using mpilock::detail::life;
using mpilock::detail::life_stage;

struct one_life {
  std::string name = "ledger";
  fast_path way;
  life its{name, way};
};

BOOST_FIXTURE_TEST_CASE(is_usable_until_it_is_closed, one_life) {
  for (const life_stage before : {life_stage::begun, life_stage::open}) {
    its.go_on_to(before);
    BOOST_TEST(!its.is_closed());
    BOOST_TEST(!way.is_barred());
    BOOST_CHECK_NO_THROW(its.require_open());
  }
  its.go_on_to(life_stage::closed);
  BOOST_TEST(its.is_closed());
  BOOST_TEST(!its.is_freed());
  BOOST_TEST(way.is_barred());
  BOOST_CHECK_THROW(its.require_open(), mpilock::closed_error);
  its.go_on_to(life_stage::freed);
  BOOST_TEST(its.is_closed());
  BOOST_TEST(its.is_freed());
}

BOOST_FIXTURE_TEST_CASE(does_not_go_back, one_life) {
  its.go_on_to(life_stage::freed);
  for (const life_stage earlier : {life_stage::begun, life_stage::open, life_stage::closed}) {
    its.go_on_to(earlier);
    BOOST_TEST(its.is_freed());
  }
}

BOOST_FIXTURE_TEST_CASE(its_end_ends_the_open_fence, one_life) {
  fence_link link(its.fence());
  link.open();
  its.go_on_to(life_stage::open);
  BOOST_TEST(link.is_set());
  its.go_on_to(life_stage::closed);
  BOOST_TEST(!link.is_set());
  BOOST_TEST(!its.fence().has_open_fence());
}

BOOST_AUTO_TEST_CASE(an_open_fence_may_move_and_end) {
  fence_holder holder;
  fence_link first(holder);
  BOOST_TEST(!holder.has_open_fence());
  const fence_link& left_behind = first;
  first.open();
  fence_link second(std::move(first));
  BOOST_TEST(!left_behind.is_set());
  BOOST_TEST(second.is_set());
  BOOST_TEST(holder.has_open_fence());
  second.end();
  BOOST_TEST(!second.is_set());
  BOOST_TEST(!holder.has_open_fence());
}

BOOST_AUTO_TEST_CASE(a_fence_that_moved_is_ended_where_it_is) {
  std::optional<fence_holder> holder(std::in_place);
  fence_link first(*holder);
  first.open();
  const fence_link second(std::move(first));
  holder.reset();
  BOOST_TEST(!second.is_set());
}

}  // namespace
