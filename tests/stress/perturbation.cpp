// mpi-test: ranks=3 flavours=all timeout=180
/// @file
/// @brief Exclusion over an MPI that does everything as late, and in as bad an order, as the MPI
/// standard allows.
///
/// The short form tries some seeds, the long form hundreds. MPILOCK_TEST_SEED=17 tries only that
/// seed. Each seed is a test case, so that the report of a hang names the seed.

#include <mpi.h>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include "mpilock/mpilock.hpp"
#include "stress/aftermath.hpp"
#include "stress/perturbed_mpi.hpp"
#include "stress/visitor.hpp"
#include "support/environment.hpp"

namespace stress {
namespace {

using compositions =
    std::tuple<mpilock::basic_window_controller<mpilock::rma_window, mpilock::writer_preferring,
                                                mpilock::polling_progress>,
               mpilock::basic_window_controller<mpilock::two_sided, mpilock::writer_preferring,
                                                mpilock::polling_progress>,
               mpilock::basic_window_controller<mpilock::rma_window, mpilock::reader_preferring,
                                                mpilock::threaded_progress>,
               mpilock::basic_window_controller<mpilock::two_sided, mpilock::reader_preferring,
                                                mpilock::threaded_progress>>;

struct properties {
  mpilock::testing::section_judge judge{MPI_COMM_WORLD};
  mpilock::testing::counter_file file{MPI_COMM_WORLD};
};

/// Collective the first time.
properties& shared_properties() {
  static std::unique_ptr<properties> all;
  if (!all) {
    all = std::make_unique<properties>();
    mpilock_test::before_finalize([] {
      all->judge.free();
      all.reset();
    });
  }
  return *all;
}

/// The command that repeats a seed.
std::string again(const std::string& seed) {
  const std::string ranks = std::to_string(mpilock_test::size_of(MPI_COMM_WORLD));
  return "MPILOCK_TEST_SEED=" + seed +
         " ctest --test-dir " MPILOCK_BUILD_FOLDER " -V -R '^perturbation[.]" +
         mpilock_test::flavour() + "[.]np" + ranks + "$'";
}

template <class Controller>
void visit_perturbed(std::uint64_t seed) {
  using clock = std::chrono::steady_clock;
  auto& [judge, file] = shared_properties();
  auto& layer = perturber::of_this_process();
  const auto rank = static_cast<std::uint64_t>(mpilock_test::rank_in(MPI_COMM_WORLD));
  const auto ranks = static_cast<std::uint64_t>(mpilock_test::size_of(MPI_COMM_WORLD));
  const std::string name = "seed_" + std::to_string(seed);
  Controller ctrl(MPI_COMM_WORLD, static_cast<int>(seed % ranks), {.name = name});
  judge.move_to(ctrl.root());
  if (rank == 0) file.reset();
  ctrl.barrier();
  layer.excite(seed * ranks + rank);
  visitor visiting(ctrl, judge, file, seed);
  const auto begin = clock::now();
  const auto end = begin + std::chrono::milliseconds(mpilock_test::is_long_form() ? 1000 : 250);
  while (clock::now() < end && visiting.found().sections() < 400) visiting.visit();
  ctrl.barrier();
  judge_aftermath(name + ", " + std::string(ctrl.backend_name()), ctrl, judge, file,
                  visiting.found(), clock::now() - begin);
  ctrl.barrier();
  BOOST_TEST(layer.seen().held_back > 0);
  layer.calm();
}

template <std::size_t... Index>
void visit_one_of_them(std::uint64_t seed, std::index_sequence<Index...>) {
  const std::size_t chosen = seed % sizeof...(Index);
  static_cast<void>(((chosen == Index &&
                      (visit_perturbed<std::tuple_element_t<Index, compositions>>(seed), true)) ||
                     ...));
}

void visit_with_seed(std::uint64_t seed) {
  int provided = MPI_THREAD_SINGLE;
  MPI_Query_thread(&provided);
  // Without threads, the compositions that need no threads take all the seeds.
  const std::uint64_t used = provided == MPI_THREAD_MULTIPLE ? seed : seed / 4 * 4 + seed % 2;
  BOOST_TEST_CONTEXT("the same again: " << again(std::to_string(seed)))
  visit_one_of_them(used, std::make_index_sequence<std::tuple_size_v<compositions>>());
}

/// Tests the layer itself: it really delays and shuffles, and it still is an MPI.
void check_layer() {
  if (mpilock_test::rank_in(MPI_COMM_WORLD) == 0)  // helps if a seed hangs
    std::cout << "one seed alone: " + again("…") + "\n" << std::flush;
  constexpr int words = 8;
  constexpr int rounds = 50;
  auto& layer = perturber::of_this_process();
  const MPI_Comm world = MPI_COMM_WORLD;
  const int rank = mpilock_test::rank_in(world);
  const int next = (rank + 1) % mpilock_test::size_of(world);
  std::uint64_t* mine = nullptr;
  MPI_Win window = MPI_WIN_NULL;
  MPI_Win_allocate(words * sizeof(std::uint64_t), sizeof(std::uint64_t), MPI_INFO_NULL, world,
                   &mine, &window);
  std::fill_n(mine, words, 0U);
  MPI_Win_lock_all(0, window);
  MPI_Win_sync(window);
  mpilock_test::meet(world);
  layer.excite(static_cast<std::uint64_t>(rank));

  // One word is replaced by 1, 2, 3 …, in this order. The last word is added to, and the word
  // before it is put.
  std::array<std::array<std::uint64_t, words>, rounds> before{};
  std::array<std::uint64_t, rounds> numbers{};
  const std::uint64_t one = 1;
  for (std::size_t i = 0; i < rounds; ++i) {
    numbers[i] = i + 1;
    for (int word = 0; word < words - 2; ++word)
      MPI_Fetch_and_op(&numbers[i], &before[i][static_cast<std::size_t>(word)], MPI_UINT64_T, next,
                       word, MPI_REPLACE, window);
    MPI_Accumulate(&one, 1, MPI_UINT64_T, next, words - 1, 1, MPI_UINT64_T, MPI_SUM, window);
  }
  MPI_Put(&numbers[rounds - 1], 1, MPI_UINT64_T, next, words - 2, 1, MPI_UINT64_T, window);
  const auto held = layer.seen().held_back;
  MPI_Win_flush(next, window);
  for (std::size_t i = 0; i < rounds; ++i)
    for (std::size_t word = 0; word < words - 2; ++word) BOOST_TEST(before[i][word] == i);
  BOOST_TEST(held == rounds * (words - 1) + 1);
  BOOST_TEST(layer.seen().overtaken > 0);

  // Messages of one sender arrive in order.
  std::array<MPI_Request, rounds> requests{};
  for (std::size_t i = 0; i < rounds; ++i)
    MPI_Isend(&numbers[i], 1, MPI_UINT64_T, next, 0, world, &requests[i]);
  const int previous = (rank + mpilock_test::size_of(world) - 1) % mpilock_test::size_of(world);
  for (const std::uint64_t expected : numbers) {
    std::uint64_t got = 0;
    for (int found = 0; found == 0;) {
      MPI_Status status;
      MPI_Iprobe(MPI_ANY_SOURCE, 0, world, &found, &status);
    }
    MPI_Recv(&got, 1, MPI_UINT64_T, previous, 0, world, MPI_STATUS_IGNORE);
    BOOST_TEST(got == expected);
  }
  for (MPI_Request& each : requests) mpilock_test::complete(each);
  layer.calm();

  mpilock_test::meet(world);
  MPI_Win_sync(window);
  for (int word = 0; word < words; ++word) BOOST_TEST(mine[word] == rounds);
  MPI_Win_unlock_all(window);
  MPI_Win_free(&window);
}

/// Adds a test case for each seed.
const bool seeds_are_there = [] {
  const std::string only = mpilock_test::setting("MPILOCK_TEST_SEED");
  const std::uint64_t first = only.empty() ? 1 : std::stoull(only);
  const std::uint64_t count = !only.empty() ? 1 : mpilock_test::is_long_form() ? 400 : 16;
  auto& suite = boost::unit_test::framework::current_auto_test_suite();
  suite.add(boost::unit_test::make_test_case(&check_layer, "the_layer_itself", __FILE__, __LINE__));
  for (std::uint64_t seed = first; seed < first + count; ++seed)
    suite.add(boost::unit_test::make_test_case([seed] { visit_with_seed(seed); },
                                               "seed_" + std::to_string(seed), __FILE__, __LINE__));
  return true;
}();

}  // namespace
}  // namespace stress
