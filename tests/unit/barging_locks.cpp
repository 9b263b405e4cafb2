// The one-sided engine and its shared-memory medium, with threads as ranks: exclusion with every
// kind of entry, and nothing left behind. A thread sanitizer also checks that the engine's memory
// orders alone protect the guarded data.

#include <array>
#include <atomic>
#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

#include "mpilock/engine/acquire.hpp"
#include "mpilock/engine/one_sided/barging_lock.hpp"
#include "mpilock/fairness/reader_preferring.hpp"
#include "mpilock/fairness/writer_preferring.hpp"
#include "support/environment.hpp"
#include "threads_as_ranks.hpp"

namespace {

using mpilock::deadline;
using policies = boost::mpl::list<mpilock::reader_preferring, mpilock::writer_preferring>;

template <class Fairness>
using lock_over_threads = mpilock::barging_lock<unit::thread_medium, Fairness>;

/// Judges exclusion without the lock. Its atomics are relaxed, so that they do not order the
/// threads. The guarded data are not atomic. So a thread sanitizer reports a missing order.
class referee {
 public:
  void reader_in() { add(readers_, 1), expect(writers_, 0), look(); }
  void reader_out() { look(), expect(writers_, 0), add(readers_, -1); }
  void writer_in() { add(writers_, 1), expect(writers_, 1), expect(readers_, 0), write(); }
  void writer_out() { look(), expect(writers_, 1), expect(readers_, 0), add(writers_, -1); }

  /// The number of write sections. Only threads that are inside may call it.
  std::uint64_t written() const { return guarded_.front(); }
  void require(bool holds) {
    if (!holds) add(violations_, 1);
  }
  int violations() const { return violations_; }

 private:
  using count = std::atomic<int>;

  static void add(count& which, int change) { which.fetch_add(change, std::memory_order_relaxed); }
  void expect(const count& which, int value) {
    require(which.load(std::memory_order_relaxed) == value);
  }
  void look() {
    for (const std::uint64_t each : guarded_) require(each == guarded_.front());
  }
  void write() {
    for (std::uint64_t& each : guarded_) ++each;
  }

  count readers_ = 0;
  count writers_ = 0;
  count violations_ = 0;
  std::array<std::uint64_t, 16> guarded_{};  // two cache lines; all values are equal
};

/// The passages of one thread.
template <class Fairness>
class player {
 public:
  player(unit::words& home, int rank, referee& judge)
      : lock_(rank, home.size, home), judge_(judge), dice_(static_cast<unsigned>(rank) + 17) {}

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
    if (!acquire(lock_, mpilock::access::read, until, idle_)) return;
    judge_.reader_in();
    linger();
    judge_.reader_out();
    if (dice_() % 3 == 0 && lock_.upgrade(patience(), idle_)) {
      judge_.writer_in(), ++written;
      linger();
      judge_.writer_out();
      const std::uint64_t mine = judge_.written();
      lock_.downgrade();
      judge_.require(judge_.written() == mine);  // no gap: no writer has been inside meanwhile
    }
    judge_.reader_in();  // it still reads, or reads again
    linger();
    judge_.reader_out();
    lock_.release(mpilock::access::read);
  }

  void write(deadline until) {
    if (!acquire(lock_, mpilock::access::write, until, idle_)) return;
    judge_.writer_in(), ++written;
    linger();
    judge_.require(lock_.sections() + 1 == judge_.written());  // the epoch counts these sections
    judge_.writer_out();
    lock_.release(mpilock::access::write);
  }

  void linger() {
    if (dice_() % 4 == 0) std::this_thread::yield();
  }

  lock_over_threads<Fairness> lock_;
  referee& judge_;
  std::minstd_rand dice_;
  unit::sound_sleeper idle_;
};

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(threads_exclude_each_other_and_leave_nothing_behind, policy,
                              policies) {
  constexpr int ranks = 4;
  const int passages = mpilock_test::is_long_form() ? 400'000 : 5'000;
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
  BOOST_TEST(judge.violations() == 0);
  BOOST_TEST(judge.written() == written);
  BOOST_TEST(written > 0u);
  const auto rest = mpilock::lock_word_format(ranks).unpack(home.lock_word());
  BOOST_TEST(rest.readers == 0u);
  BOOST_TEST(rest.writers == 0u);
  BOOST_TEST(!rest.somebody_waits());
  BOOST_TEST(rest.sections == written);
  BOOST_TEST(!home.any_slot_taken());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_try_leaves_every_word_as_it_was, policy, policies) {
  unit::words home(3);
  lock_over_threads<policy> holder(0, home.size, home);
  lock_over_threads<policy> other(1, home.size, home);
  unit::sound_sleeper idle;
  for (const mpilock::access held : {mpilock::access::read, mpilock::access::write}) {
    BOOST_TEST(acquire(holder, held, deadline::never(), idle));
    const std::uint64_t before = home.lock_word();
    for (const deadline until : {deadline::at_once(), deadline::in(std::chrono::milliseconds(1))}) {
      BOOST_TEST(!acquire(other, mpilock::access::write, until, idle));
      if (held == mpilock::access::write)
        BOOST_TEST(!acquire(other, mpilock::access::read, until, idle));
      BOOST_TEST(home.lock_word() == before);
      BOOST_TEST(!home.any_slot_taken());
    }
    holder.release(held);
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_failed_upgrade_leaves_the_rank_reading, policy, policies) {
  unit::words home(3);
  lock_over_threads<policy> first(0, home.size, home);
  lock_over_threads<policy> second(2, home.size, home);
  unit::sound_sleeper idle;
  acquire(first, mpilock::access::read, deadline::never(), idle);
  acquire(second, mpilock::access::read, deadline::never(), idle);
  const std::uint64_t before = home.lock_word();
  BOOST_TEST(!first.upgrade(deadline::at_once(), idle));
  BOOST_TEST(!first.upgrade(deadline::in(std::chrono::milliseconds(1)), idle));
  BOOST_TEST(home.lock_word() == before);
  second.release(mpilock::access::read);
  BOOST_TEST(first.upgrade(deadline::at_once(), idle));
  first.downgrade();
  first.release(mpilock::access::read);
  BOOST_TEST(mpilock::lock_word_format(3).unpack(home.lock_word()).sections == 1u);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(alone_a_passage_is_two_additions, policy, policies) {
  unit::words home(2);
  lock_over_threads<policy> lock(1, home.size, home);
  unit::sound_sleeper idle;
  for (int i = 0; i < 3; ++i) {
    acquire(lock, mpilock::access::write, deadline::at_once(), idle);
    lock.release(mpilock::access::write);
  }
  BOOST_TEST(lock.sections() == 3u);
  BOOST_TEST(home.lock_word() == 3 * mpilock::lock_word_format(2).section());
  for (const int rank : {0, 1}) BOOST_TEST(home.mailbox(rank) == 0u);  // no rank got a letter
}
