// Passages for callgrind to count, of rank 0 with nobody in the way; count_instructions runs this
// and reads the functions' costs by their names. Each is called for `few` passages and then for
// twice as many: the difference is the passages' own cost.

#include <mpi.h>

#include "mpilock/mpilock.hpp"
#include "support/ranks.hpp"

namespace {

using controller = decltype(mpilock::sync<mpilock::shared_memory>());

constexpr int few = 1000;

}  // namespace

// C names, which callgrind finds whatever the compiler.
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
/// Ends the count of what was called before.
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
