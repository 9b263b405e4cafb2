// mpi-test: flavours=none
// The one-sided engine over threads: exclusion under every kind of entry, nothing left behind.

#include <atomic>
#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include "mpilock/engine/one_sided_lock.hpp"
#include "mpilock/fairness/reader_preferring.hpp"
#include "mpilock/fairness/writer_preferring.hpp"
#include "threads_as_ranks.hpp"

namespace {

using mpilock::deadline;
using policies = boost::mpl::list<mpilock::reader_preferring, mpilock::writer_preferring>;

template <class Fairness>
using lock_over_threads = mpilock::one_sided_lock<unit::thread_medium, Fairness>;

/// Judges exclusion without using the lock.
struct referee {
  std::atomic<int> readers = 0;
  std::atomic<int> writers = 0;
  std::atomic<int> violations = 0;
  std::uint64_t plain = 0;  // changed by writers alone, without atomics: a lost update shows

  void reader_in() { readers.fetch_add(1), violations += writers.load() != 0; }
  void reader_out() { violations += writers.load() != 0, readers.fetch_sub(1); }
  void writer_in() {
    violations += writers.fetch_add(1) != 0 || readers.load() != 0;
    ++plain;
  }
  void writer_out() {
    violations += writers.load() != 1 || readers.load() != 0;
    writers.fetch_sub(1);
  }
};

/// One thread's passages.
template <class Fairness>
class player {
 public:
  player(unit::words& home, int rank, referee& judge)
      : lock_(home, rank), judge_(judge), dice_(static_cast<unsigned>(rank) + 17) {}

  void play(int passages) {
    for (int i = 0; i < passages; ++i) {
      const unsigned draw = dice_() % 8;
      draw < 5 ? read(patience()) : write(patience());
    }
  }

  std::uint64_t written = 0;

 private:
  deadline patience() {
    const unsigned draw = dice_() % 4;
    if (draw == 0) return deadline::at_once();
    if (draw == 1) return deadline::in(std::chrono::microseconds(dice_() % 200));
    return deadline::never();
  }

  void read(deadline until) {
    if (!lock_.acquire(mpilock::access::read, until, idle_)) return;
    judge_.reader_in();
    linger();
    judge_.reader_out();
    if (dice_() % 3 == 0 && lock_.promote(patience(), idle_)) {
      judge_.writer_in(), ++written;
      linger();
      judge_.writer_out();
      const std::uint64_t plain = judge_.plain;
      lock_.demote();
      judge_.violations += judge_.plain != plain;  // no gap: no writer between the two
    }
    judge_.reader_in();  // a reader still, or again
    linger();
    judge_.reader_out();
    lock_.release(mpilock::access::read);
  }

  void write(deadline until) {
    if (!lock_.acquire(mpilock::access::write, until, idle_)) return;
    judge_.writer_in(), ++written;
    linger();
    judge_.violations += lock_.sections() + 1 != judge_.plain;  // the epoch counts these sections
    judge_.writer_out();
    lock_.release(mpilock::access::write);
  }

  void linger() {
    if (dice_() % 4 == 0) std::this_thread::yield();
  }

  lock_over_threads<Fairness> lock_;
  referee& judge_;
  std::minstd_rand dice_;
  unit::yielding idle_;
};

bool long_form() { return std::getenv("MPILOCK_TEST_LONG") != nullptr; }

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(threads_exclude_each_other_and_leave_nothing_behind, policy,
                              policies) {
  constexpr int ranks = 4;
  const int passages = long_form() ? 1'000'000 : 50'000;
  unit::words home(ranks);
  referee judge;
  std::vector<player<policy>> players;
  for (int rank = 0; rank < ranks; ++rank) players.emplace_back(home, rank, judge);
  {
    std::vector<std::jthread> threads;
    for (auto& each : players) threads.emplace_back([&each, passages] { each.play(passages); });
  }
  std::uint64_t written = 0;
  for (const auto& each : players) written += each.written;
  BOOST_TEST(judge.violations == 0);
  BOOST_TEST(judge.plain == written);
  BOOST_TEST(written > 0u);
  const auto rest = mpilock::lock_word_format(ranks).unpack(home.lock_word);
  BOOST_TEST(rest.readers == 0u);
  BOOST_TEST(rest.writers == 0u);
  BOOST_TEST(!rest.somebody_waits());
  BOOST_TEST(rest.sections == written);
  for (const auto& slot : home.slots) BOOST_TEST(slot.load() == 0u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_try_leaves_every_word_as_it_was, policy, policies) {
  unit::words home(3);
  lock_over_threads<policy> holder(home, 0);
  lock_over_threads<policy> other(home, 1);
  unit::yielding idle;
  for (const mpilock::access held : {mpilock::access::read, mpilock::access::write}) {
    BOOST_TEST(holder.acquire(held, deadline::never(), idle));
    const std::uint64_t before = home.lock_word;
    for (const deadline until : {deadline::at_once(), deadline::in(std::chrono::milliseconds(1))}) {
      BOOST_TEST(!other.acquire(mpilock::access::write, until, idle));
      if (held == mpilock::access::write)
        BOOST_TEST(!other.acquire(mpilock::access::read, until, idle));
      BOOST_TEST(home.lock_word == before);
      for (const auto& slot : home.slots) BOOST_TEST(slot.load() == 0u);
    }
    holder.release(held);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_promotion_leaves_the_rank_reading, policy, policies) {
  unit::words home(3);
  lock_over_threads<policy> first(home, 0);
  lock_over_threads<policy> second(home, 2);
  unit::yielding idle;
  first.acquire(mpilock::access::read, deadline::never(), idle);
  second.acquire(mpilock::access::read, deadline::never(), idle);
  const std::uint64_t before = home.lock_word;
  BOOST_TEST(!first.promote(deadline::at_once(), idle));
  BOOST_TEST(!first.promote(deadline::in(std::chrono::milliseconds(1)), idle));
  BOOST_TEST(home.lock_word == before);
  second.release(mpilock::access::read);
  BOOST_TEST(first.promote(deadline::at_once(), idle));
  first.demote();
  first.release(mpilock::access::read);
  BOOST_TEST(mpilock::lock_word_format(3).unpack(home.lock_word).sections == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(alone_a_passage_is_two_additions, policy, policies) {
  unit::words home(2);
  lock_over_threads<policy> lock(home, 1);
  unit::yielding idle;
  for (int i = 0; i < 3; ++i) {
    lock.acquire(mpilock::access::write, deadline::at_once(), idle);
    lock.release(mpilock::access::write);
  }
  BOOST_TEST(lock.sections() == 3u);
  BOOST_TEST(home.lock_word == 3 * mpilock::lock_word_format(2).section());
  for (const auto& mailbox : home.mailboxes)
    BOOST_TEST(mailbox.load() == 0u);  // nobody was written to
}
