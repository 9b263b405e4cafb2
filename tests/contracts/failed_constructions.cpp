// mpi-test: ranks=2,3 flavours=all timeout=240
// A construction that fails on all ranks gives back all that it has made, whatever the reason.
// After many failures there are as many windows, epochs, communicators, keyvals and attributes as
// before.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <thread>

#include "accounted_mpi.hpp"
#include "everyone.hpp"

namespace {

using contracts::alive;
using contracts::failures;
using mpilock::mismatch_error;
using mpilock::unavailable_error;
using mpilock::usage_error;
using mpilock::writer_preferring;

/// Few attempts where there are more ranks than cores: MPICH needs a time slice for each of its
/// collective calls.
int attempts() {
  if (mpilock_test::is_long_form()) return 100;
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  return mpilock_test::size_of(MPI_COMM_WORLD) <= cores ? 20 : 5;
}

/// A row so long that the lock word has no room for it, even with two ranks. A controller refuses
/// this policy when it is compiled. With more ranks, a shorter row would be refused at run time.
struct long_row : writer_preferring {
  static constexpr std::uint32_t most_in_a_row = std::uint32_t{1} << 22;
};

/// `Backend`, which uses that policy instead of the controller's.
template <class Backend>
struct crowded {
  static constexpr std::string_view name = Backend::name;
  template <mpilock::fairness_policy>
  using lock = typename Backend::template lock<long_row>;
};

/// Collective. Checks that each call of `construct` throws an `Error` on every rank, and leaves
/// nothing behind.
template <class Error, class Construct>
void leaves_nothing(MPI_Comm users, const failures& what, Construct&& construct) {
  const contracts::account before = alive;
  int thrown = 0;
  for (int i = 0; i < attempts(); ++i) {
    const contracts::with_failures set(what);
    try {
      construct();
    } catch (const Error&) {
      ++thrown;
    }
  }
  BOOST_TEST(mpilock_test::sum_over(users, thrown) == attempts() * mpilock_test::size_of(users));
  BOOST_TEST(alive == before, "before: " << before << "; after: " << alive);
}

template <class... Policies>
auto making(MPI_Comm users, mpilock::options chosen = {}) {
  return [=] { static_cast<void>(mpilock::sync<Policies...>(users, 0, chosen)); };
}

/// A user's communicator on which a controller has been made before. So all that a process makes
/// only once, with its first controller, exists already.
struct used_communicator : contracts::users_communicator {
  used_communicator() { mpilock::sync<mpilock::two_sided>(*this).close(); }
  bool on_one_node() const { return mpilock_test::on_one_node(*this); }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_controller_is_counted) {
  const used_communicator users;
  const contracts::account before = alive;
  {
    auto ctrl = mpilock::sync<mpilock::rma_window>(users);
    BOOST_TEST(alive.communicators == before.communicators + 1);
    BOOST_TEST(alive.windows == before.windows + 1);
    BOOST_TEST(alive.epochs == before.epochs + 1);
  }
  BOOST_TEST(alive == before);
}

BOOST_AUTO_TEST_CASE(more_ranks_than_a_lock_word_has_room_for) {
  const used_communicator users;
  leaves_nothing<unavailable_error>(users, {}, making<crowded<mpilock::rma_window>>(users));
  leaves_nothing<unavailable_error>(
      users, {}, making<crowded<mpilock::automatic>, mpilock::polling_progress>(users));
  if (!users.on_one_node()) return;
  leaves_nothing<unavailable_error>(users, {}, making<crowded<mpilock::shared_memory>>(users));
}

BOOST_AUTO_TEST_CASE(requests_that_are_refused) {
  const used_communicator users;
  const auto with_root = [&](int root) {
    return [&users, root] { static_cast<void>(mpilock::sync<mpilock::two_sided>(users, root)); };
  };
  leaves_nothing<usage_error>(users, {}, with_root(-1));
  leaves_nothing<mismatch_error>(users, {}, with_root(users.rank() == 0 ? 0 : 1));
  leaves_nothing<mismatch_error>(users, {}, [&] {
    if (users.rank() == 0)
      making<mpilock::two_sided, mpilock::fifo>(users)();
    else
      making<mpilock::rma_window, mpilock::fifo>(users)();
  });
  leaves_nothing<unavailable_error>(
      users, {.threads = true},
      making<mpilock::two_sided, writer_preferring, mpilock::threaded_progress>(users));
}

BOOST_AUTO_TEST_CASE(windows_that_cannot_be_made) {
  const used_communicator users;
  leaves_nothing<unavailable_error>(users, {.windows = true}, making<mpilock::rma_window>(users));
  leaves_nothing<unavailable_error>(users, {.windows = true, .shared_windows = true},
                                    making<mpilock::automatic, mpilock::polling_progress>(users));
  if (!users.on_one_node()) return;
  leaves_nothing<unavailable_error>(users, {.shared_windows = true},
                                    making<mpilock::shared_memory>(users));
}

/// No rank may take `two_sided` where one of them has no thread, and all must know it.
BOOST_AUTO_TEST_CASE(ranks_with_different_thread_levels) {
  const used_communicator users;
  const bool odd = users.rank() == users.size() - 1;
  leaves_nothing<unavailable_error>(users,
                                    {.windows = true, .shared_windows = true, .threads = odd},
                                    making<mpilock::automatic, mpilock::automatic_progress>(users));
  const contracts::with_failures set({.threads = odd});
  auto ctrl = mpilock::sync<mpilock::automatic, mpilock::automatic_progress>(users);
  BOOST_TEST(ctrl.backend_name() == (users.on_one_node() ? "shared_memory" : "rma_window"));
  contracts::still_works(ctrl);
}

BOOST_AUTO_TEST_CASE(windows_that_one_rank_cannot_use) {
  const used_communicator users;
  const bool odd = users.rank() == users.size() - 1;
  leaves_nothing<unavailable_error>(users, {.epochs = odd}, making<mpilock::rma_window>(users));
  if (!users.on_one_node()) return;
  leaves_nothing<unavailable_error>(users, {.mappings = odd},
                                    making<mpilock::shared_memory>(users));
}

BOOST_AUTO_TEST_CASE(a_probe_that_fails) {
  const used_communicator users;
  const int before = contracts::windows_made;
  const auto polling = making<mpilock::automatic, mpilock::polling_progress>(users);
  leaves_nothing<unavailable_error>(users, {.shared_windows = true, .sums_are_lost = true},
                                    polling);
  leaves_nothing<unavailable_error>(users, {.shared_windows = true, .atomics = true}, polling);
  leaves_nothing<unavailable_error>(users, {.shared_windows = true, .atomics = users.rank() == 0},
                                    polling);
  BOOST_TEST(contracts::windows_made == before + 3 * attempts());
}

BOOST_AUTO_TEST_CASE(a_board_of_reports_that_cannot_be_made) {
  const used_communicator users;
  const mpilock::options chosen{.stall_report = std::chrono::seconds(1)};
  leaves_nothing<unavailable_error>(users, {.windows = true, .shared_windows = true},
                                    making<mpilock::two_sided>(users, chosen));
  const bool odd = users.rank() == users.size() - 1;
  leaves_nothing<unavailable_error>(users, {.epochs = odd, .mappings = odd},
                                    making<mpilock::two_sided>(users, chosen));
}

BOOST_AUTO_TEST_CASE(shared_memory_over_several_nodes) {
  const used_communicator users;
  if (users.on_one_node()) return;
  leaves_nothing<unavailable_error>(users, {}, making<mpilock::shared_memory>(users));
}
