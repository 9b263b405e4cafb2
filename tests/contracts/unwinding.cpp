// mpi-test: ranks=1,2,3 flavours=all
// A controller is destroyed while one rank handles an exception. Nothing blocks, and the rank may
// use the user's communicator at once. The other ranks get an error, and MPI_Finalize works.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "everyone.hpp"

namespace {

using mpilock::mismatch_error;
using std::chrono::steady_clock;

/// One call of `sync` for all ranks, since controllers have no names here.
template <class Backend>
auto sync_here(MPI_Comm users) {
  return mpilock::sync<Backend>(users);
}

/// Makes a controller, which an exception destroys. `before` runs while it exists.
template <class Backend, class Before>
void unwind_through_a_controller(MPI_Comm users, Before&& before) {
  try {
    auto ctrl = sync_here<Backend>(users);
    before(ctrl);
    throw std::runtime_error("out of here");
  } catch (const std::runtime_error& own) {
    BOOST_TEST(own.what() == std::string("out of here"));
  }
}

/// Sends messages on the user's communicator, from each rank to the next one.
void pass_round(MPI_Comm users) {
  const int rank = mpilock_test::rank_in(users);
  const int size = mpilock_test::size_of(users);
  int got = -1;
  MPI_Request requests[2];
  MPI_Irecv(&got, 1, MPI_INT, (rank + size - 1) % size, 5, users, &requests[0]);
  MPI_Isend(&rank, 1, MPI_INT, (rank + 1) % size, 5, users, &requests[1]);
  for (auto& each : requests) mpilock_test::complete(each);
  BOOST_TEST(got == (rank + size - 1) % size);
}

}  // namespace

MPILOCK_CONTRACT(all_ranks_unwind) {
  unwind_through_a_controller<backend>(users, [](auto&) {});
  pass_round(users);
}

MPILOCK_CONTRACT(all_ranks_unwind_one_of_them_holding) {
  for (int holder = 0; holder < users.size(); ++holder) {
    unwind_through_a_controller<backend>(users, [&](auto& ctrl) {
      if (users.rank() == holder) ctrl.lock();
      contracts::meet(users, mpilock_test::serving(ctrl));
    });
    pass_round(users);
  }
}

MPILOCK_CONTRACT(one_rank_unwinds_and_the_others_close) {
  for (int leaver = 0; leaver < users.size(); ++leaver) {
    const auto begin = steady_clock::now();
    if (users.rank() == leaver) {
      unwind_through_a_controller<backend>(users, [](auto&) {});
      BOOST_TEST((steady_clock::now() - begin < std::chrono::seconds(30)));
    } else {
      auto ctrl = sync_here<backend>(users);
      BOOST_CHECK_NO_THROW(ctrl.close());
      BOOST_TEST(ctrl.closed());
    }
    pass_round(users);
  }
}

/// A guard must not outlive its controller: close() throws while the rank holds a lock, and the
/// controller stays open.
MPILOCK_CONTRACT(one_rank_unwinds_and_a_holder_closes) {
  const int leaver = users.size() - 1;
  if (users.rank() == leaver) {
    unwind_through_a_controller<backend>(
        users, [&](auto& ctrl) { contracts::meet(users, mpilock_test::serving(ctrl)); });
  } else {
    auto ctrl = sync_here<backend>(users);
    {
      const auto reading = ctrl.read();
      contracts::meet(users, mpilock_test::serving(ctrl));
      BOOST_CHECK_THROW(ctrl.close(), mpilock::usage_error);
      BOOST_TEST(!ctrl.closed());
    }
    BOOST_CHECK_NO_THROW(ctrl.close());
    BOOST_TEST(ctrl.closed());
  }
  pass_round(users);
}

MPILOCK_CONTRACT(one_rank_unwinds_before_the_others_meet) {
  if (users.size() < 2) return;
  if (users.rank() == 0) {
    unwind_through_a_controller<backend>(users, [](auto&) {});
    pass_round(users);
  } else {
    auto ctrl = sync_here<backend>(users);
    pass_round(users);  // rank 0 takes part at once: it waits for no rank
    contracts::throws_saying<mismatch_error>({"rank 0"}, [&] { ctrl.barrier(); });
  }
  contracts::meet(users);
}

MPILOCK_CONTRACT(one_rank_unwinds_inside_a_write) {
  if (users.size() < 2) return;
  for (int leaver = 0; leaver < users.size(); ++leaver) {
    if (users.rank() == leaver) {
      unwind_through_a_controller<backend>(users, [&](auto& ctrl) {
        const auto lock = ctrl.write();
        throw std::runtime_error("out of here");
      });
      // If this rank is the root, it serves the state of its old controller while it waits in the
      // library or in MPI. Here it waits in another controller.
      auto other = sync_here<backend>(users);
      other.barrier();
    } else {
      auto ctrl = sync_here<backend>(users);
      auto lock = ctrl.try_write_for(std::chrono::seconds(30));  // the leaver's lock is free again
      BOOST_TEST(lock.owns_lock());
      lock = {};
      auto other = sync_here<backend>(users);
      other.barrier();
    }
    pass_round(users);
  }
}

MPILOCK_CONTRACT(one_rank_unwinds_through_an_open_fence) {
  if (users.size() < 2) return;
  for (int leaver = 0; leaver < users.size(); ++leaver) {
    if (users.rank() == leaver) {
      unwind_through_a_controller<backend>(users, [&](auto& ctrl) {
        const auto fence = ctrl.single_write();
        throw std::runtime_error("out of here");
      });
    } else {
      auto ctrl = sync_here<backend>(users);
      auto fence = ctrl.single_write();
      if (fence.guard()) fence.share(1);
      const auto collect = [&] { fence.template collect<int>(); };
      if (leaver == 0)
        contracts::throws_saying<mpilock::writer_failed>({"rank 0"}, collect);
      else
        contracts::throws_saying<mismatch_error>({"rank " + std::to_string(leaver)}, collect);
    }
    pass_round(users);
  }
}

MPILOCK_CONTRACT(a_controller_made_during_unwinding_closes_as_usual) {
  struct tidy {
    const contracts::users_communicator& users;
    ~tidy() {
      auto ctrl = sync_here<backend>(users);  // collective: all ranks unwind here
      ctrl.barrier();
      ctrl.close();
    }
  };
  try {
    const tidy last{users};
    throw std::runtime_error("out of here");
  } catch (const std::runtime_error&) {
  }
  pass_round(users);
}
