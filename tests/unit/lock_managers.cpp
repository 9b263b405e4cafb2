// The state machine at the root of the message engine, with scripted messages: every row of its
// table, both policies, and messages that cross.

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <utility>
#include <vector>

#include "mpilock/fairness/at_most.hpp"
#include "mpilock/fairness/fifo.hpp"
#include "mpilock/fairness/phase_fair.hpp"
#include "mpilock/fairness/reader_preferring.hpp"
#include "mpilock/fairness/writer_preferring.hpp"
#include "scripted_manager.hpp"

namespace {

using mpilock::access;
using mpilock::message;
using mpilock::verb;
using unit::scripted;
using policies = boost::mpl::list<mpilock::reader_preferring, mpilock::writer_preferring>;

using readers_first = scripted<mpilock::reader_preferring>;
using writers_first = scripted<mpilock::writer_preferring>;
using replies = readers_first::replies;

replies nothing() { return {}; }
replies granted(std::vector<int> ranks) {
  replies all;
  for (const int rank : ranks) all.emplace_back(rank, verb::granted);
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(readers_share_and_writers_are_alone, policy, policies) {
  scripted<policy> lock;
  BOOST_TEST((lock.reads(0) == granted({0})));
  BOOST_TEST((lock.reads(1) == granted({1})));
  BOOST_TEST((lock.writes(2) == nothing()));
  BOOST_TEST((lock.leaves(0) == nothing()));
  BOOST_TEST((lock.leaves(1) == granted({2})));
  BOOST_TEST((lock.reads(0) == nothing()));
  BOOST_TEST((lock.writes(1) == nothing()));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(writers_go_in_the_order_in_which_they_came, policy, policies) {
  scripted<policy> lock;
  lock.writes(3);
  for (const int rank : {5, 0, 4}) BOOST_TEST((lock.writes(rank) == nothing()));
  BOOST_TEST((lock.leaves(3) == granted({5})));
  BOOST_TEST((lock.leaves(5) == granted({0})));
  BOOST_TEST((lock.leaves(0) == granted({4})));
  BOOST_TEST((lock.leaves(4) == nothing()));
}

BOOST_AUTO_TEST_CASE(a_reader_passes_a_waiting_writer_if_readers_are_preferred) {
  readers_first lock;
  lock.reads(0);
  BOOST_TEST((lock.writes(1) == nothing()));
  BOOST_TEST((lock.reads(2) == granted({2})));
  lock.leaves(0);
  BOOST_TEST((lock.leaves(2) == granted({1})));
  for (const int rank : {0, 2}) BOOST_TEST((lock.reads(rank) == nothing()));
  BOOST_TEST((lock.writes(3) == nothing()));
  BOOST_TEST((lock.leaves(1) == granted({0, 2})));  // all readers, before the writer
}

BOOST_AUTO_TEST_CASE(a_reader_waits_behind_a_waiting_writer_if_writers_are_preferred) {
  writers_first lock;
  lock.reads(0);
  BOOST_TEST((lock.writes(1) == nothing()));
  BOOST_TEST((lock.reads(2) == nothing()));
  BOOST_TEST((lock.leaves(0) == granted({1})));
  BOOST_TEST((lock.writes(3) == nothing()));
  BOOST_TEST((lock.leaves(1) == granted({3})));  // the writer, before the reader
  BOOST_TEST((lock.leaves(3) == granted({2})));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_try_is_refused_at_once_and_leaves_no_trace, policy, policies) {
  scripted<policy> lock;
  lock.writes(0);
  BOOST_TEST((lock.says(1, verb::try_enter, access::read) == replies{{1, verb::refused}}));
  BOOST_TEST((lock.says(2, verb::try_enter, access::write) == replies{{2, verb::refused}}));
  BOOST_TEST((lock.leaves(0) == nothing()));
  BOOST_TEST((lock.says(2, verb::try_enter, access::write) == granted({2})));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_lone_reader_is_upgraded_at_once_and_reads_again, policy, policies) {
  scripted<policy> lock;
  lock.reads(0);
  BOOST_TEST((lock.upgrades(0) == granted({0})));
  BOOST_TEST((lock.writes(1) == nothing()));
  BOOST_TEST((lock.downgrades(0) == nothing()));  // it reads again, so the writer still waits
  BOOST_TEST((lock.leaves(0) == granted({1})));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(of_two_upgrades_one_comes_first, policy, policies) {
  scripted<policy> lock;
  lock.reads(0), lock.reads(1);
  BOOST_TEST((lock.upgrades(0) == nothing()));
  BOOST_TEST((lock.upgrades(1) == granted({0})));  // both have stopped reading
  BOOST_TEST((lock.downgrades(0) == nothing()));
  BOOST_TEST((lock.leaves(0) == granted({1})));
  BOOST_TEST(lock.last_sections == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_try_to_upgrade_among_readers_is_refused, policy, policies) {
  scripted<policy> lock;
  lock.reads(0), lock.reads(1);
  BOOST_TEST((lock.says(0, verb::try_upgrade, access::write) == replies{{0, verb::refused}}));
  BOOST_TEST((lock.writes(2) == nothing()));
  BOOST_TEST((lock.leaves(1) == nothing()));  // 0 still reads
  BOOST_TEST((lock.leaves(0) == granted({2})));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_rank_that_gives_up_is_forgotten, policy, policies) {
  scripted<policy> lock;
  lock.writes(0);
  lock.writes(1), lock.reads(2);
  BOOST_TEST((lock.gives_up(1) == nothing()));
  BOOST_TEST((lock.leaves(0) == granted({2})));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_rank_that_gives_up_leaves_the_queue_in_order, policy, policies) {
  for (const int leaver : {1, 2, 3, 4}) {  // the first, two in the middle, the last
    scripted<policy> lock;
    lock.writes(0);
    for (const int rank : {1, 2, 3, 4}) lock.writes(rank);
    BOOST_TEST((lock.gives_up(leaver) == nothing()));
    BOOST_TEST((lock.writes(5) == nothing()));
    int inside = 0;
    for (const int rank : {1, 2, 3, 4, 5}) {
      if (rank == leaver) continue;
      BOOST_TEST((lock.leaves(inside) == granted({rank})));
      inside = rank;
    }
    BOOST_TEST((lock.leaves(inside) == nothing()));
  }
}

BOOST_AUTO_TEST_CASE(a_writer_that_gives_up_lets_the_readers_behind_it_in) {
  writers_first lock;
  lock.reads(0);
  lock.writes(1), lock.reads(2), lock.reads(3);
  BOOST_TEST((lock.gives_up(1) == granted({2, 3})));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_grant_that_crosses_a_give_up_is_taken_back, policy, policies) {
  scripted<policy> lock;
  lock.writes(0);
  lock.writes(1), lock.writes(2);
  BOOST_TEST((lock.leaves(0) == granted({1})));
  BOOST_TEST((lock.gives_up(1) == granted({2})));  // the grant to 1 was under way
  BOOST_TEST(lock.last_sections == 1u);            // it completed no section
  lock.leaves(2);
  lock.reads(3), lock.writes(4);
  BOOST_TEST((lock.gives_up(3) == granted({4})));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_old_give_up_touches_nothing, policy, policies) {
  scripted<policy> lock;
  lock.writes(0);
  const auto old = lock.ticket_of(0);
  lock.leaves(0);
  lock.writes(0);
  BOOST_TEST((lock.handle(0, {verb::give_up, access::write, old}) == nothing()));
  BOOST_TEST((lock.reads(1) == nothing()));  // 0 still writes
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_upgrade_that_gives_up_reads_again, policy, policies) {
  scripted<policy> lock;
  lock.reads(0), lock.reads(1);
  lock.upgrades(0);
  BOOST_TEST((lock.gives_up(0) == replies{{0, verb::reading_again}}));
  lock.writes(2);
  BOOST_TEST((lock.leaves(1) == nothing()));
  BOOST_TEST((lock.leaves(0) == granted({2})));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_upgrade_that_gives_up_behind_a_writer_waits_to_read, policy,
                              policies) {
  scripted<policy> lock;
  lock.reads(0), lock.reads(1);
  lock.upgrades(0);
  BOOST_TEST((lock.upgrades(1) == granted({0})));
  BOOST_TEST((lock.gives_up(1) == nothing()));
  BOOST_TEST((lock.downgrades(0) == replies{{1, verb::reading_again}}));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_upgrade_granted_while_it_gives_up_stays_granted, policy,
                              policies) {
  scripted<policy> lock;
  lock.reads(0), lock.reads(1);
  lock.upgrades(0);
  BOOST_TEST((lock.leaves(1) == granted({0})));
  BOOST_TEST((lock.gives_up(0) == nothing()));
  BOOST_TEST((lock.reads(2) == nothing()));  // 0 writes
  BOOST_TEST((lock.leaves(0) == granted({2})));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(sections_are_counted_when_they_end, policy, policies) {
  scripted<policy> lock;
  for (std::uint64_t i = 0; i < 5; ++i) {
    lock.writes(1);
    BOOST_TEST(lock.last_sections == i);
    lock.leaves(1);
  }
  lock.reads(0);
  BOOST_TEST(lock.last_sections == 5u);
}

BOOST_AUTO_TEST_CASE(fifo_lets_neighbouring_readers_in_together_and_no_rank_pass) {
  scripted<mpilock::fifo> lock;
  lock.writes(0);
  for (const int rank : {1, 2}) BOOST_TEST((lock.reads(rank) == nothing()));
  BOOST_TEST((lock.writes(3) == nothing()));
  BOOST_TEST((lock.reads(4) == nothing()));
  BOOST_TEST((lock.leaves(0) == granted({1, 2})));
  BOOST_TEST((lock.reads(5) == nothing()), "an earlier writer waits");
  lock.leaves(1);
  BOOST_TEST((lock.leaves(2) == granted({3})));
  BOOST_TEST((lock.leaves(3) == granted({4, 5})));
}

BOOST_AUTO_TEST_CASE(fifo_goes_by_arrival_after_some_have_given_up) {
  scripted<mpilock::fifo> lock;
  lock.writes(0);
  lock.reads(1), lock.writes(2), lock.reads(3), lock.writes(4), lock.reads(5);
  BOOST_TEST((lock.gives_up(1) == nothing()));
  BOOST_TEST((lock.gives_up(4) == nothing()));
  BOOST_TEST((lock.reads(1) == nothing()), "it is at the end of the queue");
  BOOST_TEST((lock.leaves(0) == granted({2})));
  BOOST_TEST((lock.writes(4) == nothing()));
  BOOST_TEST((lock.leaves(2) == granted({3, 5, 1})));
  lock.leaves(3), lock.leaves(5);
  BOOST_TEST((lock.leaves(1) == granted({4})));
}

BOOST_AUTO_TEST_CASE(a_writer_that_gives_up_keeps_no_rank_out) {
  scripted<mpilock::fifo> lock;
  lock.reads(0);
  lock.writes(1);
  BOOST_TEST((lock.reads(2) == nothing()));
  BOOST_TEST((lock.gives_up(1) == granted({2})));
}

BOOST_AUTO_TEST_CASE(phases_take_turns) {
  scripted<mpilock::phase_fair> lock;
  lock.writes(0);
  for (const int rank : {1, 2}) lock.writes(rank);
  for (const int rank : {3, 4}) BOOST_TEST((lock.reads(rank) == nothing()));
  BOOST_TEST((lock.leaves(0) == granted({3, 4})), "readers wait for one writer");
  BOOST_TEST((lock.reads(5) == nothing()), "their phase has begun");
  lock.leaves(3);
  BOOST_TEST((lock.leaves(4) == granted({1})));
  BOOST_TEST((lock.leaves(1) == granted({5})));
  BOOST_TEST((lock.leaves(5) == granted({2})));
}

BOOST_AUTO_TEST_CASE(readers_wait_for_so_many_writers_and_no_more) {
  scripted<mpilock::at_most<2>> lock;
  lock.writes(0);
  for (const int rank : {1, 2, 3}) lock.writes(rank);
  for (const int rank : {4, 5}) lock.reads(rank);
  BOOST_TEST((lock.leaves(0) == granted({1})));
  BOOST_TEST((lock.leaves(1) == granted({4, 5})));
  lock.leaves(4);
  BOOST_TEST((lock.leaves(5) == granted({2})));
  BOOST_TEST((lock.leaves(2) == granted({3})));
}

BOOST_AUTO_TEST_CASE(a_writer_waits_for_so_many_readers_and_no_more) {
  scripted<mpilock::at_most<2, mpilock::reader_preferring>> lock;
  lock.reads(0);
  BOOST_TEST((lock.writes(1) == nothing()));
  BOOST_TEST((lock.reads(2) == granted({2})));
  BOOST_TEST((lock.reads(3) == nothing()), "two readers have entered since the last writer");
  lock.leaves(0);
  BOOST_TEST((lock.leaves(2) == granted({1})));
  for (const int rank : {4, 5}) lock.reads(rank);
  lock.writes(0);
  BOOST_TEST((lock.leaves(1) == granted({3, 4})), "two of three readers, since a writer waits");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(watchers_are_told_once_when_a_writer_waits, policy, policies) {
  scripted<policy> lock;
  lock.reads(0);
  lock.reads(1);
  const auto watches = [&](int rank) {
    return lock.handle(rank, {verb::watch, access::read, lock.ticket_of(rank)});
  };
  BOOST_TEST((watches(0) == nothing()));
  BOOST_TEST((lock.writes(2) == replies{{0, verb::writer_waits}}));
  BOOST_TEST((lock.writes(3) == nothing()), "told once");
  BOOST_TEST((watches(1) == replies{{1, verb::writer_waits}}), "a late watcher is told at once");
  BOOST_TEST((watches(4) == nothing()), "it is outside");
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_rank_that_stops_reading_no_longer_watches, policy, policies) {
  scripted<policy> lock;
  for (const int rank : {0, 1, 2, 3}) lock.reads(rank);
  for (const int rank : {3, 0, 1, 2, 0}) {
    const message watch{verb::watch, access::read, lock.ticket_of(rank)};
    BOOST_TEST((lock.handle(rank, watch) == nothing()));
  }
  BOOST_TEST((lock.leaves(0) == nothing()));
  const replies told{{3, verb::writer_waits}, {1, verb::writer_waits}};
  BOOST_TEST((lock.upgrades(2) == told), "each is told once, in the order of their requests");
  BOOST_TEST((lock.writes(4) == nothing()), "told once");
}
