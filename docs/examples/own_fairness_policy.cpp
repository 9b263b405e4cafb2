// A fairness policy of one's own, run on three backends and compared with the two in the box.
//
//   mpirun -np 4 own_fairness_policy
//
// Rank 0 reads. Meanwhile ranks 1 and 2 come to write, then rank 3 comes to read. The
// policy decides which rank enters next, when rank 0 has left.

#include <mpi.h>
#include <mpilock/mpilock.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

// ---- The policy: all that one has to write ------------------------------------------------------

/// The larger group of waiters goes first; on a tie, the readers. This is good where updates come
/// in bursts and readers in crowds. A rank that is always in the minority can starve.
struct majority_first {
  static constexpr std::string_view name = "majority_first";

  // A reader walks in if the readers, with it, are no fewer than the waiting writers.
  static constexpr bool admits(mpilock::access newcomer, const mpilock::census& now) noexcept {
    return newcomer == mpilock::access::write || now.writers_waiting <= now.readers_waiting + 1;
  }

  static constexpr mpilock::turn next(const mpilock::census& now) noexcept {
    if (now.writers_waiting > now.readers_waiting) return mpilock::turn::one_writer;
    return now.readers_waiting > 0 ? mpilock::turn::all_readers : mpilock::turn::nobody;
  }
};

// Nothing but plain values goes in and comes out, so the policy can be tried at compile time.
static_assert(mpilock::is_live<majority_first>());
static_assert(majority_first::next({.readers_waiting = 1, .writers_waiting = 2}) ==
              mpilock::turn::one_writer);
static_assert(majority_first::next({.readers_waiting = 1, .writers_waiting = 1}) ==
              mpilock::turn::all_readers);

// ---- The play -----------------------------------------------------------------------------------

namespace {

using std::chrono::milliseconds;

/// The order in which ranks 1, 2 and 3 went in, as "writer reader writer"; on rank 0.
///
/// `epoch()` tells it without a word between the ranks: it is 1 for the first writer and 2 for the
/// second, and a reader sees as many write sections as went before it.
template <class Controller>
std::string order_of_entry(Controller& ctrl, milliseconds apart) {
  const std::uint64_t before = ctrl.epoch();
  std::uint64_t seen = before;
  ctrl.barrier();
  if (ctrl.rank() == 0) {
    const auto lock = ctrl.read();
    ctrl.barrier();  // now the others come
    const auto enough = std::chrono::steady_clock::now() + 4 * apart;
    while (std::chrono::steady_clock::now() < enough) {
      ctrl.progress();  // a root that is busy elsewhere still serves those who ask
      std::this_thread::sleep_for(milliseconds(1));
    }
  } else {
    ctrl.barrier();
    std::this_thread::sleep_for(ctrl.rank() * apart);
    if (ctrl.rank() == 3) {
      const auto lock = ctrl.read();
      seen = ctrl.epoch();
    } else if (ctrl.rank() < 3) {
      const auto lock = ctrl.write();
      seen = ctrl.epoch();
    }
  }
  ctrl.barrier();

  std::vector<std::uint64_t> all(static_cast<std::size_t>(ctrl.size()));
  MPI_Gather(&seen, 1, MPI_UINT64_T, all.data(), 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
  if (ctrl.rank() != 0) return "";
  const std::uint64_t writers_before_the_reader = all[3] - before;
  return writers_before_the_reader == 0   ? "reader writer writer"
         : writers_before_the_reader == 1 ? "writer reader writer"
                                          : "writer writer reader";
}

/// Plays until the order is as expected. On a machine with more to do than this, a rank can
/// oversleep and come too late; then they try again and take more time.
template <class... Policies>
bool play(const std::string& expected) {
  auto ctrl = mpilock::sync<Policies...>();  // in any order; the rest are the defaults
  const std::string backend(ctrl.backend_name());
  const std::string fairness(decltype(ctrl)::fairness_policy::name);
  bool as_expected = false;
  for (milliseconds apart(20); !as_expected && apart < milliseconds(1000); apart *= 2) {
    const std::string order = order_of_entry(ctrl, apart);
    as_expected = ctrl.single_write([&] { return order == expected; });
    if (ctrl.rank() == 0 && as_expected)
      std::printf("%-14s %-18s %s\n", backend.c_str(), fairness.c_str(), order.c_str());
  }
  if (ctrl.rank() == 0 && !as_expected)
    std::printf("%-14s %-18s NOT %s\n", backend.c_str(), fairness.c_str(), expected.c_str());
  ctrl.close();
  return as_expected;
}

template <class Backend>
bool play_all() {
  bool good = play<Backend>("writer writer reader");
  good &= play<mpilock::reader_preferring, Backend>("reader writer writer");
  good &= play<majority_first, Backend>("writer reader writer");
  return good;
}

bool run() {
  int rank = 0;
  int size = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  if (size < 4) {
    if (rank == 0) std::printf("own_fairness_policy: needs 4 ranks, has %d\n", size);
    return false;
  }
  if (rank == 0) std::printf("%-14s %-18s order of entry\n", "backend", "policy");
  bool good = play_all<mpilock::shared_memory>();
  good &= play_all<mpilock::rma_window>();
  good &= play_all<mpilock::two_sided>();
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  bool good = false;
  try {
    good = run();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "own_fairness_policy: %s\n", failure.what());
    MPI_Abort(MPI_COMM_WORLD, 1);
  }
  MPI_Finalize();
  return good ? 0 : 1;
}
