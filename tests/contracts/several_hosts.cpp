// mpi-test: flavours=openmpi_tcp,openmpi_tcp_plain,mpich_tcp tcp=1
// Each rank is on a host of its own, and they reach one another only over TCP.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "everyone.hpp"
#include "mpilock/testing/counter_file.hpp"

namespace {

constexpr int sections = 20;

bool windows_can_be_made() {
  return std::string_view(std::getenv("MPILOCK_TEST_FLAVOUR")) != "openmpi_tcp_plain";
}

bool threads_are_provided() {
  int provided = MPI_THREAD_SINGLE;
  MPI_Query_thread(&provided);
  return provided == MPI_THREAD_MULTIPLE;
}

/// Each rank increments a number in a file that all hosts see. No increment may get lost.
template <class Controller>
void count_up_together(Controller& ctrl, MPI_Comm users) {
  mpilock::testing::counter_file file(users);
  for (int i = 0; i < sections; ++i) {
    {
      const auto lock = ctrl.write();
      file.count_up();
    }
    const auto lock = ctrl.read();
    BOOST_TEST(static_cast<std::uint64_t>(file.read()) == ctrl.epoch());
  }
  ctrl.barrier();
  BOOST_TEST(file.read() == sections * ctrl.size());
  contracts::still_works(ctrl);
}

}  // namespace

BOOST_AUTO_TEST_CASE(shared_memory_is_refused) {
  const contracts::users_communicator users;
  contracts::everyone_throws<mpilock::unavailable_error>(users, {"shared_memory", "one node"}, [&] {
    static_cast<void>(mpilock::sync<mpilock::shared_memory>(users));
  });
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_with_a_window) {
  const contracts::users_communicator users;
  if (windows_can_be_made()) {
    auto ctrl = mpilock::sync<mpilock::rma_window>(users, users.size() - 1);
    count_up_together(ctrl, users);
  } else {
    contracts::everyone_throws<mpilock::unavailable_error>(
        users, {"MPI_Win_allocate", "two_sided"},
        [&] { static_cast<void>(mpilock::sync<mpilock::rma_window>(users)); });
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_with_messages) {
  const contracts::users_communicator users;
  auto ctrl = mpilock::sync<mpilock::two_sided>(users, users.size() - 1);
  count_up_together(ctrl, users);
}

BOOST_AUTO_TEST_CASE(automatic_falls_back_together) {
  const contracts::users_communicator users;
  if (windows_can_be_made() || threads_are_provided()) {
    auto ctrl = mpilock::sync(users);
    BOOST_TEST(ctrl.backend_name() == (windows_can_be_made() ? "rma_window" : "two_sided"));
    contracts::still_works(ctrl);
  }
  if (!windows_can_be_made())
    contracts::everyone_throws<mpilock::unavailable_error>(
        users, {"no backend is left", "threaded_progress"},
        [&] { static_cast<void>(mpilock::sync<mpilock::polling_progress>(users)); });
}
