// mpi-test: ranks=2 flavours=one
// A passage of shared memory makes no system call while no other rank is at the lock. If a process
// may not trace another one, exits with 77, which means that the test is skipped.

#include <mpi.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include "mpilock/mpilock.hpp"
#include "support/environment.hpp"
#include "support/ranks.hpp"
#include "support/watchdog.hpp"
#include "system_call_counter.hpp"

namespace {

using namespace std::chrono_literals;
using controller = decltype(mpilock::sync<mpilock::shared_memory>());

constexpr int passages = 10'000;
constexpr int skipped = 77;

/// Local. @return whether `times` calls of `action` make `expected` system calls
template <class Action>
bool makes(std::uint64_t expected, costs::system_call_counter& counter, const char* what, int times,
           Action&& action) {
  counter.start();
  for (int i = 0; i < times; ++i) action();
  const std::uint64_t count = counter.stop();
  std::printf("%s: %llu system calls in %d\n", what, static_cast<unsigned long long>(count), times);
  if (count == expected) return true;
  std::printf("FAILED: should be %llu; the last one is number %llu of <sys/syscall.h>\n",
              static_cast<unsigned long long>(expected),
              static_cast<unsigned long long>(counter.last()));
  return false;
}

/// Local. @return the exit code
int count_passages(controller& ctrl) {
  costs::system_call_counter counter;
  if (!counter.failure().empty()) {
    std::printf(
        "skipped: this process may not be traced (%s), so that its system calls can't be "
        "counted; allow ptrace (CAP_SYS_PTRACE, in a container)\n",
        counter.failure().c_str());
    return skipped;
  }
  const auto free = [&](const char* what, auto&& action) {
    return makes(0, counter, what, passages, action);
  };
  // First checks that a system call is counted.
  bool right = makes(3, counter, "a system call", 3, [] { syscall(SYS_getpid); });
  right &= free("read", [&] { const auto lock = ctrl.read(); });
  right &= free("write", [&] { const auto lock = ctrl.write(); });
  right &= free("try_read", [&] { const auto lock = ctrl.try_read(); });
  right &= free("try_write", [&] { const auto lock = ctrl.try_write(); });
  right &= free("upgrade", [&] {
    const auto reading = ctrl.read();
    const auto writing = ctrl.write();
  });
  const auto holding = ctrl.write();
  right &= free("nested read", [&] { const auto lock = ctrl.read(); });
  right &= free("nested write", [&] { const auto lock = ctrl.write(); });
  right &= free("epoch", [&] { static_cast<void>(ctrl.epoch()); });
  return right ? 0 : 1;
}

/// Collective. @return the exit code, the same on all ranks
int run(int rank) {
  if (!mpilock_test::on_one_node(MPI_COMM_WORLD)) {
    if (rank == 0) std::puts("skipped: these ranks are not on one node; launch them on one");
    return skipped;
  }
  auto ctrl = mpilock::sync<mpilock::shared_memory>();
  const int code = rank == 0 ? count_passages(ctrl) : 0;
  return static_cast<int>(mpilock_test::sum_over(MPI_COMM_WORLD, code));
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int code = 0;
  {
    const int rank = mpilock_test::rank_in(MPI_COMM_WORLD);
    const int patience = std::stoi(mpilock_test::setting("MPILOCK_TEST_SECONDS", "120"));
    mpilock_test::watchdog dog(rank, std::chrono::seconds(patience));
    dog.name_case("counting system calls");
    code = run(rank);
    dog.name_case("the end of the program");
  }
  MPI_Finalize();
  return code;
}
