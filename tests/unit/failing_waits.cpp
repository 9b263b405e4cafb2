// A wait ends by an exception: the rank has withdrawn completely, and the others go on. The checker
// explores every moment at which this may happen. Here are the simple moments, with threads as
// ranks.

#include <array>
#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

#include "mpilock/engine/acquire.hpp"
#include "mpilock/engine/lock_word_format.hpp"
#include "mpilock/engine/messages/message_lock.hpp"
#include "mpilock/engine/one_sided/barging_lock.hpp"
#include "mpilock/engine/one_sided/biased_lock.hpp"
#include "mpilock/engine/reentrant_lock.hpp"
#include "mpilock/fairness/fifo.hpp"
#include "mpilock/fairness/phase_fair.hpp"
#include "mpilock/fairness/reader_preferring.hpp"
#include "mpilock/fairness/writer_preferring.hpp"
#include "threads_as_ranks.hpp"

namespace {

using kind = mpilock::access;  // unistd.h has an access of its own
using mpilock::deadline;
using namespace std::chrono_literals;
using policies = boost::mpl::list<mpilock::reader_preferring, mpilock::writer_preferring,
                                  mpilock::phase_fair, mpilock::fifo>;

template <class Fairness>
using plain_lock = mpilock::barging_lock<unit::thread_medium, Fairness>;
template <class Fairness>
using flagged_lock = mpilock::biased_lock<unit::thread_words, Fairness>;

/// The exception of the user's code while a rank waits.
struct failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws once. The test decides what it does before. A rank that withdraws may call idle() again.
class failing_once {
 public:
  explicit failing_once(std::function<void()> before = [] {}) : before_(std::move(before)) {}

  void idle() {
    if (std::exchange(has_failed_, true)) throw failure("idled again");
    before_();
    throw failure("first");
  }
  std::chrono::steady_clock::duration longest_nap() const { return 1ms; }

 private:
  std::function<void()> before_;
  bool has_failed_ = false;
};

bool is_first(const failure& caught) { return caught.what() == std::string("first"); }

/// The words of a lock, and its two ends.
template <class Lock>
struct pair_of {
  pair_of() : first(0, 2, home), second(1, 2, home) {}
  bool is_at_rest() {
    // Checks the lock word and the slots. The other words hold old letters.
    return acquire(first, kind::write, deadline::at_once(), idle) &&
           (first.release(kind::write), !home.any_slot_taken());
  }

  unit::words home = [] {
    unit::words all(2);
    all.all.resize(Lock::words_for(2));
    return all;
  }();
  Lock first;
  Lock second;
  unit::sound_sleeper idle;
};

/// The messages of two ranks in one thread: each message that one sends arrives at the other.
struct loopback {
  static constexpr int burst = 8;
  static constexpr int looks = 1;
  static constexpr mpilock::growing_nap::limits naps{};
  using parcels = std::array<std::deque<std::pair<int, mpilock::message>>, 2>;

  int rank() const noexcept { return me; }
  int size() const noexcept { return 2; }
  int root() const noexcept { return 0; }
  void send(int to, const mpilock::message& said) {
    (*boxes)[static_cast<std::size_t>(to)].emplace_back(me, said);
  }
  bool receive(int& from, mpilock::message& said) {
    auto& box = (*boxes)[static_cast<std::size_t>(me)];
    if (box.empty()) return false;
    std::tie(from, said) = box.front();
    box.pop_front();
    return true;
  }

  int me;
  parcels* boxes;
};

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(a_write_that_throws_leaves_the_lock_free, policy, policies) {
  pair_of<plain_lock<policy>> ends;
  for (const kind held : {kind::read, kind::write}) {
    acquire(ends.first, held, deadline::never(), ends.idle);
    failing_once idle;
    BOOST_CHECK_EXCEPTION(acquire(ends.second, kind::write, deadline::never(), idle), failure,
                          is_first);
    ends.first.release(held);
    BOOST_TEST(ends.is_at_rest());
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_turn_that_comes_before_the_exception_is_passed_on, policy,
                              policies) {
  for (const kind wanted : {kind::read, kind::write}) {
    pair_of<plain_lock<policy>> ends;
    acquire(ends.first, kind::write, deadline::never(), ends.idle);
    failing_once idle([&] { ends.first.release(kind::write); });  // calls it, or grants it the lock
    BOOST_CHECK_EXCEPTION(acquire(ends.second, wanted, deadline::never(), idle), failure, is_first);
    BOOST_TEST(ends.second.sections() == 1u);  // the second rank has not been inside
    BOOST_TEST(ends.is_at_rest());
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_upgrade_that_throws_goes_on_reading, policy, policies) {
  pair_of<plain_lock<policy>> ends;
  for (auto* end : {&ends.first, &ends.second})
    acquire(*end, kind::read, deadline::never(), ends.idle);
  failing_once idle;
  BOOST_CHECK_EXCEPTION(ends.second.upgrade(deadline::never(), idle), failure, is_first);
  ends.first.release(kind::read);
  BOOST_TEST(!acquire(ends.first, kind::write, deadline::at_once(), ends.idle));
  ends.second.release(kind::read);
  BOOST_TEST(ends.is_at_rest());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_turn_to_write_that_comes_before_the_exception_becomes_a_read,
                              policy, policies) {
  pair_of<plain_lock<policy>> ends;
  for (auto* end : {&ends.first, &ends.second})
    acquire(*end, kind::read, deadline::never(), ends.idle);
  failing_once idle([&] { ends.first.release(kind::read); });
  BOOST_CHECK_EXCEPTION(ends.second.upgrade(deadline::never(), idle), failure, is_first);
  BOOST_TEST(!acquire(ends.first, kind::write, deadline::at_once(), ends.idle));
  ends.second.release(kind::read);
  BOOST_TEST(ends.second.sections() == 0u);
  BOOST_TEST(ends.is_at_rest());
}

using newcomers_read = boost::mpl::list<mpilock::reader_preferring, mpilock::writer_preferring>;

BOOST_AUTO_TEST_CASE_TEMPLATE(a_writer_that_throws_while_it_waits_for_flags_leaves, policy,
                              newcomers_read) {
  pair_of<flagged_lock<policy>> ends;
  const auto nobody_counts = [&] {
    return mpilock::lock_word_format(2).is_empty(ends.home.lock_word());
  };
  acquire(ends.first, kind::read, deadline::never(), ends.idle);
  while (!nobody_counts()) {  // until it reads by its flag
    ends.first.release(kind::read);
    acquire(ends.first, kind::read, deadline::never(), ends.idle);
  }
  failing_once idle;
  BOOST_CHECK_EXCEPTION(acquire(ends.second, kind::write, deadline::never(), idle), failure,
                        is_first);
  BOOST_TEST(nobody_counts());
  BOOST_TEST(ends.second.sections() == 0u);
  BOOST_TEST(acquire(ends.second, kind::read, deadline::at_once(), ends.idle));
  failing_once again;
  BOOST_CHECK_EXCEPTION(ends.second.upgrade(deadline::never(), again), failure, is_first);
  ends.first.release(kind::read);
  BOOST_TEST(!acquire(ends.first, kind::write, deadline::at_once(), ends.idle));
  ends.second.release(kind::read);
  BOOST_TEST(ends.is_at_rest());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_request_whose_wait_throws_is_taken_back, policy, policies) {
  using lock = mpilock::message_lock<loopback, policy>;
  loopback::parcels boxes;
  lock root(loopback{0, &boxes});
  lock other(loopback{1, &boxes});
  unit::sound_sleeper no_idle;
  acquire(root, kind::write, deadline::never(), no_idle);
  failing_once idle([&] { root.serve(); });
  BOOST_CHECK_EXCEPTION(acquire(other, kind::write, deadline::never(), idle), failure, is_first);
  root.release(kind::write);  // would grant it, if it still waited
  root.serve();
  BOOST_TEST(acquire(root, kind::write, deadline::at_once(), no_idle));
  failing_once late([&] { root.serve(), root.release(kind::write); });  // grants it at this moment
  BOOST_CHECK_EXCEPTION(acquire(other, kind::write, deadline::never(), late), failure, is_first);
  root.serve();
  BOOST_TEST(acquire(root, kind::write, deadline::at_once(), no_idle));
  BOOST_TEST(root.sections() == 2u);
}

/// The upgrade is the root's own. A rank that comes afterwards may read beside it, but not write.
BOOST_AUTO_TEST_CASE_TEMPLATE(an_upgrade_by_messages_that_throws_goes_on_reading, policy,
                              policies) {
  using lock = mpilock::message_lock<loopback, policy>;
  loopback::parcels boxes;
  lock root(loopback{0, &boxes});
  lock other(loopback{1, &boxes});
  unit::sound_sleeper no_idle;
  struct {
    lock& root;
    void idle() { root.serve(); }
    std::chrono::steady_clock::duration longest_nap() const { return 0ms; }
  } serving{root};
  acquire(root, kind::read, deadline::never(), no_idle);
  acquire(other, kind::read, deadline::never(), serving);
  failing_once idle;
  BOOST_CHECK_EXCEPTION(root.upgrade(deadline::never(), idle), failure, is_first);
  other.release(kind::read);
  BOOST_TEST(acquire(other, kind::read, deadline::at_once(), serving));
  other.release(kind::read);
  BOOST_TEST(!acquire(other, kind::write, deadline::at_once(), serving));
  root.release(kind::read);
  BOOST_TEST(acquire(other, kind::write, deadline::at_once(), serving));
}

BOOST_AUTO_TEST_CASE(nested_sections_stay_as_they_were) {
  using lock = plain_lock<mpilock::writer_preferring>;
  unit::words home(2);
  mpilock::reentrant_lock<lock> mine;
  mine.lock_end().emplace(0, 2, home);
  lock other(1, 2, home);
  unit::sound_sleeper sound;
  acquire(other, kind::read, deadline::never(), sound);
  acquire(mine, kind::read, deadline::never(), sound);
  acquire(mine, kind::read, deadline::never(), sound);
  failing_once idle;
  BOOST_CHECK_EXCEPTION(acquire(mine, kind::write, deadline::never(), idle), failure, is_first);
  BOOST_TEST(mine.is_held(kind::read));
  BOOST_TEST(!mine.is_held(kind::write));
  BOOST_TEST(mine.entered(kind::write) == 0u);
  mine.release(kind::read);
  BOOST_TEST(mine.is_held(kind::read));
  mine.release(kind::read);
  BOOST_TEST(!mine.is_held());
  other.release(kind::read);
  BOOST_TEST(home.lock_word() == 0u);
}
