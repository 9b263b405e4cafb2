// One value passes one fence in one function: an optimiser sees all of it, and may warn about it.
#include <mpi.h>
#include <mpilock/mpilock.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace {

struct point {
  double x;
  std::int32_t y;
};
using text = std::string;
using points = std::vector<point>;
using texts = std::vector<std::string>;

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  {
    auto ctrl = mpilock::sync<mpilock::shared_memory>();
    auto fence = ctrl.single_write();
    if (fence.guard()) fence.share(SHARED_VALUE{});
    static_cast<void>(fence.collect<SHARED_VALUE>());
  }
  MPI_Finalize();
  return 0;
}
