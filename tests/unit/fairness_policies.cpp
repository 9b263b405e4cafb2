// The two decisions of each fairness policy, for every small census, as tables.

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>

#include "mpilock/engine/turn_taking.hpp"
#include "mpilock/fairness/at_most.hpp"
#include "mpilock/fairness/fifo.hpp"
#include "mpilock/fairness/phase_fair.hpp"
#include "mpilock/fairness/reader_preferring.hpp"
#include "mpilock/fairness/writer_preferring.hpp"
#include "mpilock/policy/fairness_policy.hpp"

namespace {

using mpilock::access;
using mpilock::census;
using mpilock::lock_word;
using mpilock::reader_preferring;
using mpilock::turn;
using mpilock::writer_preferring;

static_assert(mpilock::fairness_policy<reader_preferring> && mpilock::is_live<reader_preferring>());
static_assert(mpilock::fairness_policy<writer_preferring> && mpilock::is_live<writer_preferring>());

/// The decisions of both policies for one census. `by_readers` is reader_preferring, `by_writers`
/// is writer_preferring.
struct row {
  census now;
  bool reader_admitted_by_readers;
  bool reader_admitted_by_writers;
  turn next_by_readers;
  turn next_by_writers;
};

// Readers inside, readers waiting, writers waiting. More ranks of a kind change nothing, as
// `more_of_a_kind_changes_nothing` checks. So eight rows cover all cases.
constexpr std::array table{
    row{{0, 0, 0}, true, true, turn::nobody, turn::nobody},
    row{{1, 0, 0}, true, true, turn::nobody, turn::nobody},
    row{{0, 1, 0}, true, true, turn::all_readers, turn::all_readers},
    row{{1, 1, 0}, true, true, turn::all_readers, turn::all_readers},
    row{{0, 0, 1}, true, false, turn::one_writer, turn::one_writer},
    row{{1, 0, 1}, true, false, turn::nobody, turn::nobody},
    row{{0, 1, 1}, true, false, turn::all_readers, turn::one_writer},
    row{{1, 1, 1}, true, false, turn::all_readers, turn::nobody},
};

constexpr bool agrees(const row& each, const census& now) {
  return reader_preferring::admits(access::read, now) == each.reader_admitted_by_readers &&
         writer_preferring::admits(access::read, now) == each.reader_admitted_by_writers &&
         reader_preferring::admits(access::write, now) &&
         writer_preferring::admits(access::write, now) &&
         reader_preferring::next(now) == each.next_by_readers &&
         writer_preferring::next(now) == each.next_by_writers;
}

constexpr bool the_table_holds() {
  for (const row& each : table)
    if (!agrees(each, each.now)) return false;
  return true;
}
static_assert(the_table_holds(), "decided at compile time, so the policies are constexpr");

/// The answers for 1 to 5 ranks of a kind are the same as for one.
constexpr bool more_of_a_kind_changes_nothing() {
  constexpr auto times = [](std::uint32_t count, std::uint32_t factor) { return count * factor; };
  for (const row& each : table)
    for (std::uint32_t i = 1; i <= 5; ++i)
      for (std::uint32_t j = 1; j <= 5; ++j)
        for (std::uint32_t k = 1; k <= 5; ++k)
          if (!agrees(each, {times(each.now.readers_inside, i), times(each.now.readers_waiting, j),
                             times(each.now.writers_waiting, k)}))
            return false;
  return true;
}
static_assert(more_of_a_kind_changes_nothing());

/// A policy that allows everything, to test the rules of the engine alone.
struct reckless {
  static constexpr std::string_view name = "reckless";
  static constexpr bool admits(access, const census&) noexcept { return true; }
  static constexpr turn next(const census&) noexcept { return turn::one_writer; }
};
static_assert(mpilock::fairness_policy<reckless>);
static_assert(!mpilock::is_live<reckless>());

}  // namespace

BOOST_AUTO_TEST_CASE(each_policy_decides_as_its_table_says) {
  for (const row& each : table)
    BOOST_TEST(agrees(each, each.now), "readers inside "
                                           << each.now.readers_inside << ", readers waiting "
                                           << each.now.readers_waiting << ", writers waiting "
                                           << each.now.writers_waiting);
}

BOOST_AUTO_TEST_CASE(the_policies_differ_exactly_where_a_writer_waits) {
  for (const row& each : table) {
    const bool writer_waits = each.now.writers_waiting > 0;
    BOOST_TEST((each.reader_admitted_by_readers != each.reader_admitted_by_writers) ==
               writer_waits);
    BOOST_TEST((each.next_by_readers != each.next_by_writers) ==
               (writer_waits && each.now.readers_waiting > 0));
  }
}

BOOST_AUTO_TEST_CASE(the_engine_keeps_writers_alone_whatever_a_policy_answers) {
  using rules = mpilock::turn_taking<reckless>;
  const auto word = [](std::uint64_t readers, std::uint64_t writers, std::uint64_t readers_waiting,
                       std::uint64_t writers_waiting) {
    return lock_word{readers, writers, readers_waiting, writers_waiting, 0, 0};
  };
  BOOST_TEST(rules::admits(access::write, word(0, 0, 0, 0)));
  BOOST_TEST(rules::admits(access::read, word(2, 0, 0, 1)));
  BOOST_TEST(!rules::admits(access::read, word(0, 1, 0, 0)));  // a writer is inside
  BOOST_TEST(!rules::admits(access::write, word(0, 1, 0, 0)));
  BOOST_TEST(!rules::admits(access::write, word(1, 0, 0, 0)));  // a reader is inside
  BOOST_TEST(!rules::admits(access::write, word(0, 0, 1, 0)));  // readers wait for their turn
  BOOST_TEST(!rules::admits(access::read, word(0, 0, 0, 1)));
  BOOST_TEST((rules::next(word(1, 0, 0, 1)) == turn::nobody));  // no writer beside a reader
  BOOST_TEST((rules::next(word(0, 0, 1, 0)) == turn::nobody));  // no writer waits
  BOOST_TEST((rules::next(word(0, 0, 0, 1)) == turn::one_writer));
  BOOST_TEST(!rules::is_due(word(0, 1, 0, 1)));  // the rank that shuts the door will check again
  BOOST_TEST(rules::is_due(word(0, 0, 0, 1)));
}

// The answers of the policies that look back, for the important censuses: readers inside, readers
// waiting, writers waiting, readers in a row, writers in a row.
namespace {

using mpilock::at_most;
using mpilock::fifo;
using mpilock::phase_fair;
using patient_readers = at_most<3, reader_preferring>;

static_assert(mpilock::is_live<fifo>() && mpilock::follows_arrival<fifo>());
static_assert(mpilock::is_live<phase_fair>() && !mpilock::follows_arrival<phase_fair>());
static_assert(mpilock::is_live<at_most<>>() && mpilock::is_live<patient_readers>());
static_assert(mpilock::longest_row<fifo>() == 0 && mpilock::longest_row<phase_fair>() == 1 &&
              mpilock::longest_row<at_most<5, phase_fair>>() == 5);

static_assert(at_most<>::name == "at_most<8, writer_preferring>");
static_assert(at_most<120, phase_fair>::name == "at_most<120, phase_fair>");

static_assert(at_most<>::bounds.writers_past_reader == 8 &&
              at_most<>::bounds.readers_past_writer == mpilock::overtaking::unbounded);
static_assert(patient_readers::bounds.readers_past_writer == mpilock::overtaking::unbounded &&
              patient_readers::bounds.writers_past_reader == mpilock::overtaking::unbounded);

static_assert(fifo::admits(access::read, {2, 0, 0}) && !fifo::admits(access::read, {2, 1, 0}) &&
              !fifo::admits(access::write, {0, 1, 0}));
static_assert(fifo::next({0, 1, 1}) == turn::first_come && fifo::next({1, 1, 1}) == turn::nobody &&
              fifo::next({1, 1, 0}) == turn::all_readers && fifo::next({1, 0, 1}) == turn::nobody);

static_assert(phase_fair::next({0, 1, 1, 0, 1}) == turn::all_readers, "after a writer");
static_assert(phase_fair::next({0, 1, 1, 1, 0}) == turn::one_writer, "after readers");
static_assert(phase_fair::next({1, 1, 1, 1, 0}) == turn::nobody, "readers are inside");
static_assert(!phase_fair::admits(access::write, {0, 1, 0, 0, 1}), "it is the readers' phase");
static_assert(!phase_fair::admits(access::read, {1, 0, 1, 1, 0}), "a writer waits");

static_assert(at_most<2>::next({0, 1, 1, 0, 1}) == turn::one_writer);
static_assert(at_most<2>::next({0, 1, 1, 0, 2}) == turn::all_readers);
static_assert(at_most<2>::next({0, 0, 1, 0, 2}) == turn::one_writer, "no reader waits");
static_assert(!at_most<2>::admits(access::write, {0, 1, 0, 0, 2}));
static_assert(patient_readers::next({0, 2, 1, 1, 0}) == turn::all_readers);
static_assert(patient_readers::next({0, 2, 1, 2, 0}) == turn::one_reader, "room for one more");
static_assert(patient_readers::next({0, 2, 1, 3, 0}) == turn::one_writer);
static_assert(patient_readers::next({1, 2, 1, 3, 0}) == turn::nobody);
static_assert(patient_readers::next({0, 2, 0, 3, 0}) == turn::all_readers, "no writer waits");
static_assert(!patient_readers::admits(access::read, {1, 0, 1, 3, 0}));

}  // namespace
