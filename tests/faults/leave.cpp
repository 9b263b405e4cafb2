/// @file
/// @brief A rank calls exit() while a static controller is open. Its exit waits for no other rank.
/// `expect_exit` launches this and judges how it ends.

#include <mpi.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include "mpilock/mpilock.hpp"

namespace {

using controller = mpilock::basic_window_controller<mpilock::two_sided, mpilock::writer_preferring,
                                                    mpilock::threaded_progress>;

std::optional<controller> made_late;  // its destructor was registered before main()

/// Its destructor runs last. It does not run if the destructor of a controller hangs.
struct witness {
  bool is_here = false;
  ~witness() {
    if (is_here) std::ofstream("gone") << "destructors have ended\n";
  }
} last;

controller& made_at_once() {
  static controller only(MPI_COMM_WORLD);
  return only;
}

}  // namespace

/// leave WHERE: `at_once`, `late`, or `thread`, in which another thread makes the controller.
int main(int argc, char** argv) {
  int level = MPI_THREAD_SINGLE;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &level);
  const std::string where = argc > 1 ? argv[1] : "at_once";
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  std::remove("gone");
  MPI_Barrier(MPI_COMM_WORLD);
  controller* open = nullptr;
  if (where == "late")
    open = &made_late.emplace(MPI_COMM_WORLD);
  else if (where == "thread")
    std::thread([&] { open = &made_at_once(); }).join();
  else
    open = &made_at_once();
  { const auto lock = open->write(); }
  open->barrier();
  if (rank == 1) {
    last.is_here = true;
    std::exit(3);
  }
  std::this_thread::sleep_for(std::chrono::seconds(60));  // the launcher ends this rank before
  return 0;
}
