// One of the waiting ranks reports a stall. Another rank does so if the first one can't.

#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "mpilock/controller/stall_duty.hpp"

namespace {

using mpilock::detail::report_due;
using mpilock::detail::status;

constexpr std::int64_t patience = 100;

std::optional<status> waiting_since(std::int64_t since, std::int64_t reported = 0) {
  status now;
  now.waits.what = mpilock::detail::business::reading;
  now.waits.since = since;
  now.reported = reported;
  return now;
}
std::optional<status> idle_after(std::int64_t reported) {
  status now;
  now.reported = reported;
  return now;
}
const std::optional<status> idle = status{};
const std::optional<status> silent;

std::vector<std::int64_t> due_on_all(const std::vector<std::optional<status>>& notes) {
  std::vector<std::int64_t> due;
  for (int rank = 0; rank < static_cast<int>(notes.size()); ++rank)
    if (notes[static_cast<std::size_t>(rank)] &&
        notes[static_cast<std::size_t>(rank)]->waits.what != mpilock::detail::business::none)
      due.push_back(report_due(notes, rank, patience));
  return due;
}

void check_due(const std::vector<std::optional<status>>& notes,
               const std::vector<std::int64_t>& expected) {
  const auto due = due_on_all(notes);
  BOOST_TEST(due == expected, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_longest_wait_is_reported_by_its_own_rank) {
  check_due({idle, waiting_since(1030), waiting_since(1000), waiting_since(1060)},
            {1200, 1100, 1300});
}

BOOST_AUTO_TEST_CASE(of_equally_long_waits_the_lowest_rank_reports) {
  check_due({waiting_since(1000), waiting_since(1000), waiting_since(1000)}, {1100, 1200, 1300});
}

BOOST_AUTO_TEST_CASE(the_next_report_is_due_after_twice_the_time) {
  check_due({waiting_since(1000, 1100), waiting_since(1000)}, {1200, 1300});
  check_due({waiting_since(1000, 1200), waiting_since(1000)}, {1400, 1500});
}

BOOST_AUTO_TEST_CASE(a_report_by_the_second_rank_counts_as_well) {
  check_due({waiting_since(1000), waiting_since(1000, 1200)}, {1400, 1500});
  check_due({waiting_since(1000), idle_after(1200)}, {1400});
}

BOOST_AUTO_TEST_CASE(a_report_of_an_earlier_stall_does_not_count) {
  check_due({waiting_since(1000, 990), waiting_since(1010, 500)}, {1100, 1200});
}

BOOST_AUTO_TEST_CASE(a_rank_whose_note_cannot_be_read_is_not_waited_for) {
  check_due({silent, waiting_since(1000), silent, waiting_since(1010)}, {1100, 1200});
}
