// Passages of rank 0 that callgrind counts, while no other rank is at the lock. count_instructions
// runs this program and finds the costs by the functions' names. Each function is called for `few`
// passages and then for twice as many: the difference is the cost of the passages alone.

#include <mpi.h>

#include "mpilock/mpilock.hpp"
#include "support/ranks.hpp"

namespace {

using controller = decltype(mpilock::sync<mpilock::shared_memory>());

constexpr int few = 1000;

}  // namespace

// C names are the same for callgrind with every compiler.
extern "C" {

[[gnu::noinline]] void passages_of_read(controller& ctrl, int count) {
  for (int i = 0; i < count; ++i) const auto lock = ctrl.read();
}
[[gnu::noinline]] void passages_of_write(controller& ctrl, int count) {
  for (int i = 0; i < count; ++i) const auto lock = ctrl.write();
}
[[gnu::noinline]] void passages_of_try_read(controller& ctrl, int count) {
  for (int i = 0; i < count; ++i) const auto lock = ctrl.try_read();
}
[[gnu::noinline]] void passages_of_try_write(controller& ctrl, int count) {
  for (int i = 0; i < count; ++i) const auto lock = ctrl.try_write();
}
[[gnu::noinline]] void passages_of_nested_read(controller& ctrl, int count) {
  for (int i = 0; i < count; ++i) const auto lock = ctrl.read();
}
[[gnu::noinline]] void passages_of_nested_write(controller& ctrl, int count) {
  for (int i = 0; i < count; ++i) const auto lock = ctrl.write();
}
/// Ends the count of the function that was called before.
[[gnu::noinline]] void passages_of_nothing() { asm volatile(""); }

}  // extern "C"

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  {
    auto ctrl = mpilock::sync<mpilock::shared_memory>();
    if (ctrl.rank() == 0) {
      for (const int count : {few, 2 * few}) {
        passages_of_read(ctrl, count);
        passages_of_write(ctrl, count);
        passages_of_try_read(ctrl, count);
        passages_of_try_write(ctrl, count);
        const auto holding = ctrl.write();
        passages_of_nested_read(ctrl, count);
        passages_of_nested_write(ctrl, count);
        passages_of_nothing();
      }
    }
    mpilock_test::meet(MPI_COMM_WORLD);
  }
  MPI_Finalize();
}
