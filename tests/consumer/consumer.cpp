#include <mpi.h>
#include <mpilock/mpilock.hpp>

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int answer = 0;
  {
    auto controller = mpilock::sync();
    { const auto lock = controller.write(); }
    const bool counted = controller.epoch() == 1;
    answer = controller.single_write([&] { return counted ? 42 : 0; });
  }
  MPI_Finalize();
  return answer == 42 ? 0 : 1;
}
