// mpi-test: ranks=1,2,3 flavours=all
// A progress policy whose idle() throws. A collective call completes before it lets the exception
// out. So no rank is left behind, and MPI uses no buffer that has been freed.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "everyone.hpp"

namespace {

/// As `polling_progress`, but throws on demand.
class failing_progress {
 public:
  static constexpr std::string_view name = "failing_progress";
  static constexpr int thread_level = MPI_THREAD_SINGLE;
  static inline bool fails = false;
  static inline int times = 0;

  explicit failing_progress(mpilock::progress_source& source) : source_(source) {}

  void idle() {
    source_.advance();
    std::this_thread::yield();
    if (!fails) return;
    ++times;
    throw std::runtime_error("idle() fails");
  }
  std::chrono::steady_clock::duration longest_nap() const { return std::chrono::milliseconds(1); }

 private:
  mpilock::progress_source& source_;
};

/// idle() throws on this rank during the lifetime of this object.
struct with_failures {
  explicit with_failures(bool wanted) { failing_progress::fails = wanted; }
  ~with_failures() { failing_progress::fails = false; }
};

template <class Backend>
auto make(MPI_Comm users) {
  return mpilock::sync<Backend, mpilock::writer_preferring, failing_progress>(users);
}

/// Makes the rank wait for the others in the next collective call.
void others_come_late(MPI_Comm users, int waiting) {
  if (mpilock_test::rank_in(users) == waiting) return;
  for (const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
       std::chrono::steady_clock::now() < end;)
    std::this_thread::yield();
}

/// Collective. `call` completes on all ranks. On the last rank it throws afterwards, if that rank
/// had to wait.
template <class Call>
void throws_afterwards(MPI_Comm users, Call&& call) {
  const int odd = mpilock_test::size_of(users) - 1;
  const bool is_odd = mpilock_test::rank_in(users) == odd;
  failing_progress::times = 0;
  others_come_late(users, odd);
  const bool threw = mpilock_test::throws<std::runtime_error>([&] {
    const with_failures set(is_odd);
    call();
  });
  BOOST_TEST(threw == (failing_progress::times > 0));
}

}  // namespace

MPILOCK_CONTRACT(a_barrier_in_which_idle_throws) {
  auto ctrl = make<backend>(users);
  throws_afterwards(users, [&] { ctrl.barrier(); });
  contracts::still_works(ctrl);
}

MPILOCK_CONTRACT(a_collect_in_which_idle_throws) {
  auto ctrl = make<backend>(users);
  auto fence = ctrl.single_write();
  if (fence.guard()) fence.share(3);
  throws_afterwards(users, [&] { BOOST_TEST(fence.template collect<int>() == 3); });
  contracts::still_works(ctrl);
}

MPILOCK_CONTRACT(a_single_write_in_which_idle_throws_leaves_its_fence) {
  if (users.size() < 2) return;
  auto ctrl = make<backend>(users);
  const int odd = users.size() - 1;
  others_come_late(users, odd);
  failing_progress::times = 0;
  const auto open_and_collect = [&] {
    auto fence = [&] {
      const with_failures set(users.rank() == odd);
      return ctrl.single_write();
    }();
    if (fence.guard()) fence.share(3);
    fence.template collect<int>();
  };
  if (users.rank() == odd)
    BOOST_TEST(mpilock_test::throws<std::runtime_error>(open_and_collect));
  else
    contracts::throws_saying<mpilock::mismatch_error>({"rank " + std::to_string(odd), "collect()"},
                                                      open_and_collect);
  contracts::still_works(ctrl);
}

/// As `polling_progress`, but can't be constructed on one rank.
class choosy_progress : public mpilock::polling_progress {
 public:
  static constexpr std::string_view name = "choosy_progress";
  static inline bool refuses = false;

  explicit choosy_progress(mpilock::progress_source& source) : polling_progress(source) {
    if (refuses) throw std::runtime_error("not with me");
  }
};

MPILOCK_CONTRACT(a_policy_that_one_rank_cannot_construct) {
  if (users.size() < 2) return;
  const auto make_choosy = [&] {
    return mpilock::sync<backend, mpilock::writer_preferring, choosy_progress>(users);
  };
  choosy_progress::refuses = users.rank() == 1;
  for (int i = 0; i < 3; ++i)
    contracts::everyone_throws<mpilock::unavailable_error>(
        users, {"rank 1", "choosy_progress", "not with me"},
        [&] { static_cast<void>(make_choosy()); });
  choosy_progress::refuses = false;
  auto ctrl = make_choosy();
  contracts::still_works(ctrl);
}

MPILOCK_CONTRACT(a_close_in_which_idle_throws) {
  auto ctrl = make<backend>(users);
  throws_afterwards(users, [&] { ctrl.close(); });
  BOOST_TEST(ctrl.closed());
}
