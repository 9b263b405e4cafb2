/// @file
/// @brief A rank dies while it writes. `expect_death` launches this and judges how the job ends.
///
/// The ranks write their results into files, since a launcher that loses a rank may also lose the
/// output of the others. If the launcher lets the survivors run, they make timed calls until they
/// know that the holder is dead, and some more. Then they end the job with a message of their own.
/// If the launcher ends the job, they make calls until then.

#include <mpi.h>
#include <signal.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "faults/cast.hpp"
#include "faults/process.hpp"
#include "support/environment.hpp"

namespace faults {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

bool survivors_end_the_job() { return mpilock_test::setting("MPILOCK_TEST_SURVIVORS") == "end"; }

/// The results of one survivor, in a file of its own, one in each line.
class report {
 public:
  explicit report(int rank) : file_("survivor." + std::to_string(rank)) {}
  void say(const std::string& line) { file_ << line << std::endl; }

 private:
  std::ofstream file_;
};

/// One call of each kind that does not wait for long. Each must return, and may not enter.
template <class Controller>
void attempt(Controller& ctrl, report& seen) {
  const auto timed = [&](const char* name, auto&& enter) {
    const auto begin = clock::now();
    const bool entered = enter();
    const std::chrono::duration<double, std::milli> took = clock::now() - begin;
    std::ostringstream line;
    line << name << (entered ? " ENTERED" : " refused") << " after " << took.count() << " ms";
    seen.say(line.str());
  };
  timed("try_write_for", [&] { return ctrl.try_write_for(20ms).owns_lock(); });
  timed("try_read_for", [&] { return ctrl.try_read_for(20ms).owns_lock(); });
  timed("try_write", [&] { return ctrl.try_write().owns_lock(); });
  timed("try_read", [&] { return ctrl.try_read().owns_lock(); });
}

template <class Controller>
void survive(Controller& ctrl, stage& on, report& seen) {
  attempt(ctrl, seen);
  on.announce();
  while (!is_dead(on.process_of(holder))) attempt(ctrl, seen);
  seen.say("the holder is dead");
  for (int i = 0; i < 10; ++i) attempt(ctrl, seen);
  seen.say("every call came back");
  while (!survivors_end_the_job()) attempt(ctrl, seen);
  on.announce();
}

/// Prints a line in one piece, since launchers mix the output of ranks.
void print(const std::string& line) {
  std::fputs(line.c_str(), stdout);
  std::fflush(stdout);
}

/// The last action of a survivor. MPI_Abort would not always end the others: Open MPI with
/// --enable-recovery lets them go on.
[[noreturn]] void end(const stage& on) {
  print("rank " + std::to_string(on.me()) + ": rank " + std::to_string(holder) + ", process " +
        std::to_string(on.process_of(holder)) +
        ", is dead; it was writing, so no rank can enter again, and this rank ends\n");
  _exit(9);
}

template <class Backend>
void kill_the_holder() {
  signal(SIGUSR1, SIG_IGN);  // MPICH's launcher sends it when a rank has died
  signal(SIGPIPE, SIG_IGN);  // the launcher may have ended when this rank prints
  stage on(MPI_COMM_WORLD);
  print("rank " + std::to_string(on.me()) + " is process " +
        std::to_string(on.process_of(on.me())) + "\n");
  mpilock::basic_window_controller<Backend, mpilock::writer_preferring, mpilock::polling_progress>
      ctrl(MPI_COMM_WORLD, root);
  report seen(on.me());
  ctrl.barrier();
  const auto await = [&](int rank, int step) { on.await(rank, step, mpilock_test::yielding()); };
  switch (on.me()) {
    case holder:
      ctrl.lock();
      on.announce();
      for (const int other : {root, waiter, warden}) await(other, 1);
      seen.say("dies");
      raise(SIGKILL);
      break;
    case waiter:
      on.await(holder, 1, mpilock_test::serving(ctrl));
      if (survivors_end_the_job()) {
        survive(ctrl, on, seen);
        end(on);
      }
      on.announce();
      ctrl.lock();  // waits for ever
      seen.say("lock ENTERED");
      break;
    default:
      on.await(holder, 1, mpilock_test::serving(ctrl));
      survive(ctrl, on, seen);
      // The others' calls need the root.
      for (const int other : {waiter, warden})
        if (on.me() == root) on.await(other, 2, mpilock_test::serving(ctrl));
      end(on);
  }
}

}  // namespace
}  // namespace faults

BOOST_AUTO_TEST_CASE(killed_holder) {
  const std::string wanted = mpilock_test::setting("MPILOCK_TEST_BACKEND", "shared_memory");
  BOOST_REQUIRE(mpilock_test::size_of(MPI_COMM_WORLD) == faults::parts);
  if (wanted == mpilock::shared_memory::name) faults::kill_the_holder<mpilock::shared_memory>();
  if (wanted == mpilock::rma_window::name) faults::kill_the_holder<mpilock::rma_window>();
  if (wanted == mpilock::two_sided::name) faults::kill_the_holder<mpilock::two_sided>();
  BOOST_ERROR("no rank died, or " << wanted << " is not a backend");
}
