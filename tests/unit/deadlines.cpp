// Durations and time points of every kind become deadlines without overflow.

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <limits>
#include <ratio>

#include "mpilock/vocabulary/deadline.hpp"

namespace {

using mpilock::deadline;
using namespace std::chrono_literals;
using std::chrono::duration;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

}  // namespace

BOOST_AUTO_TEST_CASE(zero_and_negative_mean_one_try) {
  BOOST_TEST(deadline::in(0s).is_at_once());
  BOOST_TEST(deadline::in(-1ns).is_at_once());
  BOOST_TEST(deadline::in(duration<double>(-0.0)).is_at_once());
  BOOST_TEST(deadline::in(std::chrono::hours::min()).is_at_once());
  BOOST_TEST(deadline::in(duration<double>::min()).is_at_once());
  BOOST_TEST(deadline::in(duration<double>(-infinity)).is_at_once());
  BOOST_TEST(deadline::in(duration<double>(not_a_number)).is_at_once());
  BOOST_TEST(deadline::at_once().passed());
  BOOST_TEST((deadline::at_once().left(1h) == 0s));
}

BOOST_AUTO_TEST_CASE(a_time_that_the_clock_cannot_express_means_forever) {
  BOOST_TEST(deadline::in(std::chrono::hours::max()).is_never());
  BOOST_TEST(deadline::in(std::chrono::nanoseconds::max()).is_never());
  BOOST_TEST(deadline::in(std::chrono::steady_clock::duration::max()).is_never());
  BOOST_TEST(deadline::in(duration<double>::max()).is_never());
  BOOST_TEST(deadline::in(duration<double, std::exa>(1)).is_never());
  BOOST_TEST(deadline::in(duration<double>(infinity)).is_never());
  BOOST_TEST(
      deadline::in(duration<std::uint64_t>(std::numeric_limits<std::uint64_t>::max())).is_never());
  BOOST_TEST(!deadline::never().passed());
  BOOST_TEST((deadline::never().left(7ms) == 7ms));
}

BOOST_AUTO_TEST_CASE(an_ordinary_duration_passes_when_it_should) {
  const auto begin = deadline::clock::now();
  const deadline soon = deadline::in(20ms);
  BOOST_TEST(!soon.is_at_once());
  BOOST_TEST(!soon.is_never());
  BOOST_TEST((soon.left(1h) <= 20ms));
  BOOST_TEST((soon.left(1us) <= 1us));
  while (!soon.passed()) continue;
  BOOST_TEST((deadline::clock::now() - begin >= 20ms));
  BOOST_TEST((soon.left(1h) == 0s));
  const deadline late = deadline::in(1000h);
  BOOST_TEST(!late.passed());
  BOOST_TEST((late.left(1min) == 1min));
}

BOOST_AUTO_TEST_CASE(a_duration_finer_than_the_clock_is_no_forever) {
  const deadline tiny = deadline::in(duration<double, std::pico>(1));
  BOOST_TEST(!tiny.is_never());
  while (!tiny.passed()) continue;  // the loop ends
  BOOST_TEST((tiny.left(1h) == 0s));
}
