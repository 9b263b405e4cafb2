/// @file
/// @brief Controllers in several states, which a debugger prints.

#include <mpi.h>

#include <utility>

#include "mpilock/mpilock.hpp"

/// The debugger stops here and prints its caller's `ctrl`.
extern "C" [[gnu::noinline]] void stop_here(const void* what) {
  asm volatile("" : : "r"(what) : "memory");
}

template <class Controller>
void look_at(const Controller& ctrl) {
  stop_here(&ctrl);
}

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  {
    auto ctrl = mpilock::sync<mpilock::shared_memory, mpilock::phase_fair>(MPI_COMM_SELF, 0,
                                                                           {.name = "ledger"});
    look_at(ctrl);
    {
      const auto reading = ctrl.read();
      const auto again = ctrl.read();
      const auto writing = ctrl.write();
      look_at(ctrl);
    }
    look_at(ctrl);
    ctrl.close();
    look_at(ctrl);
    const auto taken = std::move(ctrl);
    look_at(ctrl);
  }
  MPI_Finalize();
}
