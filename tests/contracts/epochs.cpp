// mpi-test: ranks=1,2,3,5 flavours=all tcp=1
// After each collective call, and while it holds a lock, every rank knows how many write sections
// there have been.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <cstdint>

#include "everyone.hpp"

MPILOCK_CONTRACT(the_epoch_is_exact_after_a_barrier) {
  auto ctrl = mpilock::sync<backend>(users);
  std::uint64_t expected = 0;
  for (int turn = 1; turn <= 3; ++turn) {
    for (int i = 0; i < turn * (users.rank() + 1); ++i) const auto lock = ctrl.write();
    for (int rank = 0; rank < users.size(); ++rank)
      expected += static_cast<std::uint64_t>(turn * (rank + 1));
    ctrl.barrier();
    BOOST_TEST(ctrl.epoch() == expected);
    ctrl.barrier();  // keeps a quick rank from writing again before a slow one has looked
  }
}

MPILOCK_CONTRACT(the_epoch_is_exact_after_a_single_write) {
  auto ctrl = mpilock::sync<backend>(users);
  for (int writer = 0; writer < users.size(); ++writer) {
    ctrl.single_write(writer, [] { return 1; });
    BOOST_TEST(ctrl.epoch() == static_cast<std::uint64_t>(writer) + 1);
  }
}

MPILOCK_CONTRACT(a_write_section_that_is_open_counts_for_all_ranks) {
  auto ctrl = mpilock::sync<backend>(users);
  const int writer = users.size() - 1;
  if (users.rank() == writer) ctrl.lock();
  ctrl.barrier();
  BOOST_TEST(ctrl.epoch() == 1U);
  if (users.rank() == writer) ctrl.unlock();
  ctrl.barrier();
  BOOST_TEST(ctrl.epoch() == 1U);
  {
    const auto reading = ctrl.read();
    BOOST_TEST(ctrl.epoch() == 1U);
  }
  ctrl.barrier();
}
