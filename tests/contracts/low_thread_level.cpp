// mpi-test: ranks=1,2,3 flavours=one
// The progress policies on an MPI that was started with too low a thread level for a thread.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "everyone.hpp"

namespace {

/// Runs before main(), which asks for the thread level that this sets.
[[maybe_unused]] const int asked = setenv("MPILOCK_TEST_THREADS", "single", 1);

bool level_is_too_low() {
  int provided = MPI_THREAD_SINGLE;
  MPI_Query_thread(&provided);
  return provided < MPI_THREAD_MULTIPLE;
}

}  // namespace

MPILOCK_CONTRACT(too_low_a_thread_level_for_threaded_progress) {
  BOOST_TEST_REQUIRE(level_is_too_low());
  contracts::everyone_throws<mpilock::unavailable_error>(
      users, {"threaded_progress", "MPI_THREAD_MULTIPLE", "MPI_THREAD_SINGLE", "polling_progress"},
      [&] {
        static_cast<void>(
            mpilock::sync<backend, mpilock::writer_preferring, mpilock::threaded_progress>(users));
      });
}

MPILOCK_CONTRACT(the_other_progress_policies_need_no_threads) {
  auto chosen = mpilock::sync<backend, mpilock::automatic_progress>(users);
  contracts::still_works(chosen);
  auto polling = mpilock::sync<backend, mpilock::polling_progress>(users);
  contracts::still_works(polling);
  auto none = mpilock::sync<backend, mpilock::writer_preferring, mpilock::no_progress>(users);
  contracts::still_works(none);
}
