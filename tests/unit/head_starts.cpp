// A rank near the home gives the others a head start: while they compete, and until one has come.

#include <boost/test/unit_test.hpp>
#include <chrono>

#include "mpilock/engine/head_start.hpp"

namespace {

using mpilock::head_start;
using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto length = 100us;

bool nobody_comes() { return false; }

/// A section, after which the head start begins.
void pass(head_start& start, bool others_compete) {
  start.give(nobody_comes);
  start.learn([&] { return others_compete; });
  start.begin();
}

/// Whether a rank that comes again has to wait for the time that its head start takes.
bool waits(const head_start& start) {
  int looks = 0;
  start.give([&] { return ++looks > 0; });
  return looks > 0;
}

BOOST_AUTO_TEST_CASE(a_rank_that_is_alone_never_waits) {
  head_start start(1h);
  for (int i = 0; i < 3; ++i) pass(start, false);
  BOOST_TEST(!waits(start));
}

BOOST_AUTO_TEST_CASE(a_rank_that_is_as_far_as_the_others_never_waits) {
  head_start start(0s);
  pass(start, true);
  BOOST_TEST(!waits(start));
}

BOOST_AUTO_TEST_CASE(beside_others_it_waits_for_the_whole_length) {
  head_start start(length);
  const auto begin = clock::now();
  pass(start, true);
  start.give(nobody_comes);
  BOOST_TEST((clock::now() - begin >= length));
}

BOOST_AUTO_TEST_CASE(a_disturbed_measurement_does_not_stop_it) {
  head_start start(1h);
  pass(start, true);
  start.give(nobody_comes);  // else the test would take an hour
}

BOOST_AUTO_TEST_CASE(it_waits_no_longer_when_another_rank_has_come) {
  head_start start(length);
  int looks = 0;
  pass(start, true);
  start.give([&] { return ++looks == 1; });
  BOOST_TEST(looks <= 1);
}

BOOST_AUTO_TEST_CASE(the_others_are_forgotten_after_some_arrivals) {
  head_start start(length);
  pass(start, true);
  for (int i = 0; i < 64; ++i) pass(start, false);
  BOOST_TEST(!waits(start));
}

}  // namespace
