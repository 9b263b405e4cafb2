// mpi-test: ranks=2 flavours=one
// A child of fork(2) has no part in MPI, and it lacks its parent's threads. It must neither hang
// nor change anything of its parent's, whether it exits or destroys a controller.

#include <mpi.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <thread>

#include "everyone.hpp"

namespace {

using namespace std::chrono_literals;

/// Whether the child has ended by itself, with status 0. It is killed if it takes too long.
bool ends_well(pid_t child) {
  int status = 0;
  for (const auto end = std::chrono::steady_clock::now() + 20s;
       std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(1ms))
    if (waitpid(child, &status, WNOHANG) == child) return status == 0;
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  return false;
}

template <class Action>
pid_t forked(Action&& action) {
  const pid_t child = fork();
  if (child == 0) action();
  return child;
}

template <class Controller>
void forks_while_open() {
  std::optional<Controller> ctrl(std::in_place, MPI_COMM_WORLD);
  { const auto lock = ctrl->write(); }
  ctrl->barrier();
  bool all_end = true;
  for (int i = 0; ctrl->rank() == 0 && i < 50 && all_end; ++i) {
    const pid_t destroys = forked([&] {
      ctrl.reset();
      _exit(0);
    });
    const pid_t exits = forked([] { std::exit(0); });
    all_end = ends_well(destroys) && ends_well(exits);
  }
  BOOST_TEST(all_end);
  { const auto lock = ctrl->write(); }  // the controller still works
  ctrl->barrier();
}

}  // namespace

BOOST_AUTO_TEST_CASE(beside_memory_and_messages) {
  forks_while_open<mpilock::window_controller>();
  forks_while_open<mpilock::controller_with<mpilock::two_sided>>();
}

BOOST_AUTO_TEST_CASE(beside_a_thread) {
  forks_while_open<mpilock::controller_with<mpilock::rma_window, mpilock::threaded_progress>>();
}
