// A fairness policy of the user, which runs on three backends and is compared with two policies of
// the library.
//
//   mpirun -np 4 own_fairness_policy
//
// Rank 0 reads. Meanwhile ranks 1 and 2 arrive to write, then rank 3 arrives to read. The policy
// decides which rank enters next when rank 0 has left.

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

// ---- The policy: all code that a user must write ------------------------------------------------

/// The larger group of waiters goes first; on a tie, the readers. This is good where many writers
/// come at once, and many readers too. A rank that is always in the minority can starve.
struct majority_first {
  static constexpr std::string_view name = "majority_first";

  // A reader enters at once if the readers, with this one, are at least as many as the waiting
  // writers.
  static constexpr bool admits(mpilock::access newcomer, const mpilock::census& now) noexcept {
    return newcomer == mpilock::access::write || now.writers_waiting <= now.readers_waiting + 1;
  }

  static constexpr mpilock::turn next(const mpilock::census& now) noexcept {
    if (now.writers_waiting > now.readers_waiting) return mpilock::turn::one_writer;
    return now.readers_waiting > 0 ? mpilock::turn::all_readers : mpilock::turn::nobody;
  }
};

// The arguments and results are plain values, so the policy can be tested at compile time.
static_assert(mpilock::is_live<majority_first>());
static_assert(majority_first::next({.readers_waiting = 1, .writers_waiting = 2}) ==
              mpilock::turn::one_writer);
static_assert(majority_first::next({.readers_waiting = 1, .writers_waiting = 1}) ==
              mpilock::turn::all_readers);

// ---- The test -----------------------------------------------------------------------------------

namespace {

using std::chrono::milliseconds;

/// The order in which ranks 1, 2 and 3 entered, such as "writer reader writer"; on rank 0.
///
/// `epoch()` shows it without messages between the ranks. It is 1 for the first writer and 2 for
/// the second. A reader sees the number of write sections before it.
template <class Controller>
std::string order_of_entry(Controller& ctrl, milliseconds apart) {
  const std::uint64_t before = ctrl.epoch();
  std::uint64_t seen = before;
  ctrl.barrier();
  if (ctrl.rank() == 0) {
    const auto lock = ctrl.read();
    ctrl.barrier();  // now the other ranks arrive
    const auto enough = std::chrono::steady_clock::now() + 4 * apart;
    while (std::chrono::steady_clock::now() < enough) {
      ctrl.progress();  // a root that does other work must still serve the others
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

/// Repeats the test until the order is as expected. On a busy machine, a rank can sleep too long
/// and arrive too late. Then all ranks try again and take more time.
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
