// mpi-test: ranks=2,3 flavours=all
// A root serves the other ranks in every call of the library: in barrier(), while it waits for
// another lock, and while it makes or closes another controller.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <optional>
#include <tuple>

#include "everyone.hpp"

namespace {

using namespace std::chrono_literals;

/// The policies of two controllers.
template <class A, class B, class ProgressA, class ProgressB>
struct pair_of {
  using lock_a = A;
  using lock_b = B;
  using progress_a = ProgressA;
  using progress_b = ProgressB;
};

using mpilock::no_progress;
using mpilock::polling_progress;
using mpilock::rma_window;
using mpilock::shared_memory;
using mpilock::threaded_progress;
using mpilock::two_sided;

using pairs = std::tuple<pair_of<shared_memory, rma_window, polling_progress, polling_progress>,
                         pair_of<shared_memory, two_sided, polling_progress, polling_progress>,
                         pair_of<rma_window, shared_memory, polling_progress, polling_progress>,
                         pair_of<rma_window, rma_window, polling_progress, polling_progress>,
                         pair_of<rma_window, two_sided, polling_progress, polling_progress>,
                         pair_of<two_sided, shared_memory, polling_progress, polling_progress>,
                         pair_of<two_sided, rma_window, polling_progress, polling_progress>,
                         pair_of<two_sided, two_sided, polling_progress, polling_progress>,
                         // The controller that waits has another policy than the one that must be
                         // served.
                         pair_of<rma_window, two_sided, no_progress, polling_progress>,
                         pair_of<two_sided, two_sided, no_progress, polling_progress>,
                         pair_of<shared_memory, two_sided, no_progress, polling_progress>,
                         pair_of<two_sided, two_sided, threaded_progress, polling_progress>,
                         pair_of<rma_window, two_sided, threaded_progress, polling_progress>,
                         pair_of<two_sided, two_sided, polling_progress, threaded_progress>>;

template <class Backend, class Progress>
auto controller(MPI_Comm users) {
  return mpilock::sync<Backend, mpilock::writer_preferring, Progress>(users);
}

}  // namespace

MPILOCK_CONTRACT(a_root_in_barrier_serves) {
  auto ctrl = mpilock::sync<backend, polling_progress>(users);
  if (users.rank() != 0) {
    for (int i = 0; i < 20; ++i) {
      { const auto lock = ctrl.write(); }
      { const auto lock = ctrl.read(); }
    }
  }
  ctrl.barrier();
  BOOST_TEST((users.rank() != 0 || ctrl.try_write_for(30s)));
}

MPILOCK_CONTRACT(a_root_in_single_write_serves) {
  auto ctrl = mpilock::sync<backend, polling_progress>(users);
  if (users.rank() != 0)
    for (int i = 0; i < 20; ++i) const auto lock = ctrl.write();
  BOOST_TEST(ctrl.single_write(users.size() - 1, [] { return 3; }) == 3);
  auto fence = ctrl.single_write(users.size() - 1);
  if (fence.guard()) fence.share(4);
  BOOST_TEST(fence.template collect<int>() == 4);
}

MPILOCK_CONTRACT(a_root_in_close_serves) {
  auto ctrl = mpilock::sync<backend, polling_progress>(users);
  if (users.rank() != 0)
    for (int i = 0; i < 20; ++i) const auto lock = ctrl.write();
  ctrl.close();
  BOOST_TEST(ctrl.closed());
}

MPILOCK_CONTRACT(a_root_in_sync_serves) {
  auto first = mpilock::sync<backend, polling_progress>(users);
  if (users.rank() != 0)
    for (int i = 0; i < 20; ++i) const auto lock = first.write();
  auto second = mpilock::sync<backend, polling_progress>(users);
  contracts::still_works(second);
  contracts::still_works(first);
}

MPILOCK_CONTRACT(a_root_that_calls_progress_serves) {
  auto ctrl = mpilock::sync<backend, polling_progress>(users);
  if (users.rank() != 0) {
    for (int i = 0; i < 20; ++i) const auto lock = ctrl.write();
    mpilock_test::tell(users, 0, 1, mpilock_test::serving(ctrl));
  } else {
    for (int from = 1; from < users.size(); ++from)
      while (!mpilock_test::has_news(users, from)) ctrl.progress();
    for (int from = 1; from < users.size(); ++from) mpilock_test::hear(users, from);
  }
  ctrl.barrier();
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_root_that_waits_for_one_lock_serves_the_other, pair, pairs) {
  const contracts::users_communicator users;
  if (!contracts::is_for_this_launch<typename pair::lock_a>(users) ||
      !contracts::is_for_this_launch<typename pair::lock_b>(users))
    return;
  auto a = controller<typename pair::lock_a, typename pair::progress_a>(users);
  auto b = controller<typename pair::lock_b, typename pair::progress_b>(users);
  for (int i = 0; i < 3; ++i) {
    std::optional<typename decltype(a)::write_guard> first;
    if (users.rank() == 1) first.emplace(a.write());
    a.barrier();  // from here on the root can't have A before rank 1 has had B
    if (users.rank() == 0) {
      const auto waits = a.write();
    } else if (users.rank() == 1) {
      while (!a.write_requested()) a.progress();  // until the root waits in a.write()
      { const auto served = b.write(); }
      { const auto served = b.read(); }
      first.reset();
    }
    b.barrier();
  }
}

BOOST_AUTO_TEST_CASE(a_root_that_makes_a_lock_serves_another) {
  const contracts::users_communicator users;
  auto hosted = mpilock::sync<two_sided, polling_progress>(users);
  for (int i = 0; i < 3; ++i) {
    if (users.rank() == 1)  // each section waits until the root is in a call that serves it
      for (int j = 0; j < 5; ++j) const auto lock = hosted.write();
    auto later = mpilock::sync<rma_window, polling_progress>(users);
    later.barrier();
  }
}
