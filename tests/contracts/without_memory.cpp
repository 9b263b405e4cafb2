// mpi-test: ranks=1,2 flavours=one
// A call runs out of memory while an observer is set. It leaves no section behind, and each
// observer that was told of a request is also told of its end.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include "everyone.hpp"

namespace {

using namespace std::chrono_literals;

thread_local int allocations_left = -1;  ///< the number before one fails; negative: none fails

/// Counts the events.
struct tally final : mpilock::observer {
  int requests = 0;
  int grants = 0;
  int refusals = 0;
  int releases = 0;
  void requested(const mpilock::event&) noexcept override { ++requests; }
  void granted(const mpilock::event&) noexcept override { ++grants; }
  void refused(const mpilock::event&) noexcept override { ++refusals; }
  void released(const mpilock::event&) noexcept override { ++releases; }
};

/// Lets the first allocation in `call` fail, then the second, and so on. @return how many failed
template <class Call, class Check>
int with_each_failing(Call&& call, Check&& check) {
  for (int failed = 0;; ++failed) {
    bool is_done = true;
    allocations_left = failed;
    try {
      call();
    } catch (const std::bad_alloc&) {
      is_done = false;
    }
    allocations_left = -1;
    check(is_done);
    if (is_done) return failed;
  }
}

/// A controller with its observer. Its backend allocates nothing when it locks.
struct watched {
  std::shared_ptr<tally> told = std::make_shared<tally>();
  mpilock::basic_window_controller<mpilock::shared_memory, mpilock::writer_preferring,
                                   mpilock::polling_progress>
      ctrl;

  explicit watched(MPI_Comm users) : ctrl(users, 0, {.stall_report = 1h, .observers = {told}}) {}

  bool holds_a_write_lock() {
    return !mpilock_test::throws<mpilock::usage_error>([&] { ctrl.unlock(); });
  }
  bool holds_a_read_lock() {
    return !mpilock_test::throws<mpilock::usage_error>([&] { ctrl.unlock_shared(); });
  }
  void check_all_told() const {
    BOOST_TEST(told->requests == told->grants + told->refusals);
    BOOST_TEST(told->grants == told->releases);
  }
};

}  // namespace

void* operator new(std::size_t size) {
  if (allocations_left == 0) throw std::bad_alloc();
  if (allocations_left > 0) --allocations_left;
  void* const memory = std::malloc(size > 0 ? size : 1);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

BOOST_AUTO_TEST_CASE(a_section_that_cannot_be_remembered_is_not_entered) {
  const contracts::users_communicator users;
  if (!mpilock_test::on_one_node(users)) return;
  for (int turn = 0; turn < users.size(); ++turn) {
    watched mine(users);
    if (users.rank() == turn) {
      const int failures = with_each_failing(
          [&] { mine.ctrl.lock(); },
          [&](bool is_done) { BOOST_TEST(mine.holds_a_write_lock() == is_done); });
      BOOST_TEST(failures > 0);
      mine.check_all_told();
    }
    contracts::still_works(mine.ctrl);
  }
}

BOOST_AUTO_TEST_CASE(a_downgrade_that_cannot_be_remembered_is_not_made) {
  const contracts::users_communicator users;
  if (!mpilock_test::on_one_node(users)) return;
  for (int turn = 0; turn < users.size(); ++turn) {
    watched mine(users);
    if (users.rank() == turn) {
      mine.ctrl.lock();
      const int failures = with_each_failing([&] { mine.ctrl.unlock_and_lock_shared(); },
                                             [&](bool is_done) {
                                               BOOST_TEST(mine.holds_a_write_lock() != is_done);
                                               BOOST_TEST(mine.holds_a_read_lock() == is_done);
                                               if (!is_done) mine.ctrl.lock();
                                             });
      BOOST_TEST(failures > 0);
      mine.check_all_told();
    }
    contracts::still_works(mine.ctrl);
  }
}
