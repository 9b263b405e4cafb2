#include <mpi.h>
#include <mpilock/mpilock.hpp>

#include <string_view>

// The version in the headers, as text and as number, must be the version of the package.
static_assert(std::string_view(MPILOCK_VERSION_STRING) == EXPECTED_VERSION);
#if MPILOCK_VERSION < 1000000 || MPILOCK_VERSION >= 2000000
#error this program is written for version 1
#endif

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
