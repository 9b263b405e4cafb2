// A waiting rank that is stopped delays no other rank: another waiting rank enters when its nap is
// over, and leaves nothing behind. One thread plays all ranks, so that the called rank never moves.

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <functional>
#include <utility>

#include "mpilock/engine/acquire.hpp"
#include "mpilock/engine/one_sided/barging_lock.hpp"
#include "mpilock/fairness/phase_fair.hpp"
#include "mpilock/fairness/reader_preferring.hpp"
#include "mpilock/fairness/writer_preferring.hpp"
#include "mpilock/os/spaced_looks.hpp"
#include "threads_as_ranks.hpp"

namespace {

using kind = mpilock::access;  // unistd.h has an access of its own
using mpilock::deadline;
using namespace std::chrono_literals;

/// Naps end soon, as they do in the library's own shared memory.
struct restless_words : unit::thread_words {
  using unit::thread_words::thread_words;
  static constexpr std::chrono::milliseconds longest_nap{1};
};
template <class Fairness>
using lock_in_memory = mpilock::barging_lock<mpilock::memory_medium<restless_words>, Fairness>;

/// Lets other ranks act once in the middle of a wait.
class interlude {
 public:
  explicit interlude(std::function<void()> what) : what_(std::move(what)) {}
  void idle() {
    std::exchange(what_, [] {})();
  }
  std::chrono::steady_clock::duration longest_nap() const { return std::chrono::hours(1); }

 private:
  std::function<void()> what_;
};

/// `first` holds the lock. `second` waits to enter as `wanted`, is called, and stops. `third` waits
/// behind it.
template <class Fairness>
void expect_to_get_in(kind wanted) {
  unit::words home(3);
  lock_in_memory<Fairness> first(0, 3, home);
  lock_in_memory<Fairness> second(1, 3, home);
  lock_in_memory<Fairness> third(2, 3, home);
  unit::sound_sleeper sound;
  bool got_in = false;
  acquire(first, kind::write, deadline::never(), sound);
  // All that follows happens within the wait of `second`. So `second` does nothing meanwhile, as if
  // it were stopped.
  interlude stop([&] {
    interlude release([&] { first.release(kind::write); });
    got_in = acquire(third, wanted, deadline::in(10s), release);
    BOOST_TEST(got_in);
    third.release(wanted);
  });
  BOOST_TEST(acquire(second, wanted, deadline::never(), stop));
  BOOST_TEST(got_in);
  second.release(wanted);
  const auto rest =
      mpilock::lock_word_format(3, mpilock::longest_row<Fairness>()).unpack(home.lock_word());
  BOOST_TEST(rest.readers + rest.writers + rest.called == 0u);
  BOOST_TEST(!rest.somebody_waits());
  BOOST_TEST(!home.any_slot_taken());
}

}  // namespace

using called = boost::mpl::list<mpilock::reader_preferring, mpilock::writer_preferring>;

BOOST_AUTO_TEST_CASE_TEMPLATE(a_waiter_passes_a_called_rank_that_is_stopped, policy, called) {
  for (const kind wanted : {kind::read, kind::write}) expect_to_get_in<policy>(wanted);
}

BOOST_AUTO_TEST_CASE(looks_become_rare_in_a_long_wait) {
  mpilock::spaced_looks looks(0ms);
  int done = 0;
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < 50ms) done += looks.are_due() ? 1 : 0;
  BOOST_TEST(done > 0);
  BOOST_TEST(done < 400);  // 38 for each power of ten, from some ns on
  mpilock::spaced_looks late(1h);
  BOOST_TEST(!late.are_due());
}
