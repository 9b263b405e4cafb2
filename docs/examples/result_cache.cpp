// Ranks share a cache of expensive results in a folder. The first rank that needs a result computes
// it, and all others read it.
//
//   mpirun -np 4 result_cache [--fresh] [--trouble] [--keep=N] ...      (--help: all options)
//
// The results are temperatures along rods of different metals. They stay in the folder, so that a
// second run computes nothing. The cache itself is in result_cache/result_cache.hpp, and
// docs/tutorial/result_cache.md builds it step by step.

// mpi-test: ranks=1,4 flavours=one arguments=--fresh,--trace=trace.json
// mpi-test: ranks=4 flavours=all case=trouble arguments=--fresh,--trouble
// mpi-test: ranks=5 flavours=one case=little_room arguments=--fresh,--trouble,--keep=2,--steps=5000

#include <mpi.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <mpilock/observing/perfetto_trace.hpp>
#include <mpilock/observing/span_recorder.hpp>

#include "result_cache/entry.hpp"
#include "result_cache/heat.hpp"
#include "result_cache/result_cache.hpp"
#include "result_cache/settings.hpp"
#include "result_cache/verification.hpp"

namespace {

namespace fs = std::filesystem;
using namespace rods;

// ---- Before -------------------------------------------------------------------------------------

// Removes incomplete files that killed runs have left; with --fresh, all files of this program.
void clear(const fs::path& folder, bool fresh) {
  fs::create_directories(folder);
  std::vector<fs::path> unwanted;
  for (const auto& each : fs::directory_iterator(folder)) {
    const auto kind = each.path().extension();
    if (kind == ".part" || (fresh && kind == ".entry")) unwanted.push_back(each.path());
  }
  for (const fs::path& each : unwanted) fs::remove(each);
}

// Damages two entries, as a full disk or a bad cable may do: one is cut off, one has a wrong byte.
void do_damage(result_cache& cache, const settings& chosen) {
  for (const int rod : {0, 1}) {
    const question asked = question_about(rod, chosen);
    const fs::path path = cache.path_of(asked);
    publish(path, asked, heat(asked, [] {}));
    if (rod == 0) {
      fs::resize_file(path, fs::file_size(path) / 2);
    } else {
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(100).put('?');
    }
  }
}

// Collective: one rank prepares the folder. All ranks learn how many files each rod has there: 0 or
// 1. If the folder can't be made, all ranks throw, so that all can end properly.
std::vector<int> prepare(result_cache& cache, const settings& chosen) try {
  return cache.shelves().front().lock.single_write([&] {
    for (const shelf& each : cache.shelves()) clear(each.folder, chosen.fresh);
    if (chosen.trouble) do_damage(cache, chosen);
    std::vector<int> files(static_cast<std::size_t>(chosen.rods));
    for (int rod = 0; int& each : files)
      each = fs::exists(cache.path_of(question_about(rod++, chosen)));
    return files;
  });
} catch (const std::exception& failure) {
  throw bad_option(failure.what());
}

// ---- The ranks ----------------------------------------------------------------------------------

// A rank that looks up one rod after the other.
class visitor {
 public:
  visitor(result_cache& cache, const settings& chosen)
      : cache_(cache),
        chosen_(chosen),
        rank_(cache.shelves().front().lock.rank()),
        dice_(static_cast<unsigned>(rank_)),
        fails_(chosen.trouble) {}

  // Collective. All ranks begin with the same rod, at once.
  void look_up_all() {
    cache_.shelves().front().lock.barrier();
    look_up(0);
    for (int i = 1; i < chosen_.lookups; ++i) look_up(throw_dice());
  }

  std::map<int, std::uint64_t> got;  // the checksum of each rod's result

 private:
  // Some rods are looked up more often than others.
  int throw_dice() {
    const double thrown = std::uniform_real_distribution(0.0, 1.0)(dice_);
    return static_cast<int>(chosen_.rods * thrown * thrown);
  }

  void look_up(int rod) {
    const question asked = question_about(rod, chosen_);
    ++cache_.own.lookups;
    for (;;) try {
        const auto sum = checksum_of(asked, cache_.get(asked, [&] { return compute(asked); }));
        if (got.emplace(rod, sum).first->second != sum)
          throw std::runtime_error("rod " + std::to_string(rod) + " is not what it was");
        return;
      } catch (const diverged& reason) {
        ++cache_.own.failed;
        std::printf("rank %d: %s; tries again\n", rank_, reason.what());
      }
  }

  temperatures compute(const question& asked) {
    const auto start = std::chrono::steady_clock::now();
    if (asked.rod == 2 && std::exchange(fails_, false))
      throw diverged("rod 2 diverges, as --trouble wants it");
    auto values = heat(asked, [&] { cache_.progress(); });
    cache_.own.computing_ms +=
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    return values;
  }

  result_cache& cache_;
  const settings& chosen_;
  int rank_;
  std::mt19937 dice_;
  bool fails_;  // the next computation of rod 2
};

// ---- After --------------------------------------------------------------------------------------

void print_table(const std::vector<tally>& all) {
  std::printf(
      "rank  lookups  found  at second look  computed  failed  waits  waited  longest wait\n");
  for (std::size_t rank = 0; rank < all.size(); ++rank) {
    const tally& each = all[rank];
    std::printf("%4zu  %7d  %5d  %14d  %8d  %6d  %5d  %3.0f ms  %9.1f ms\n", rank, each.lookups,
                each.found, each.second_look, each.computed, each.failed, each.waits,
                each.waited_ms, each.longest_ms);
  }
}

int sum_of(const std::vector<int>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0);
}

// `distinct`: the number of different results of each rank, summed over the ranks.
void print_gain(const std::vector<tally>& all, const record& done, int distinct) {
  int lookups = 0;
  double computing_ms = 0;
  for (const tally& each : all) {
    lookups += each.lookups;
    computing_ms += each.computing_ms;
  }
  const int computed = sum_of(done.computed);
  std::printf("computed: %d; without a cache it would be %d, with one for each rank %d\n", computed,
              lookups, distinct);
  if (computed > 0)
    std::printf("saved: some %.0f ms of computing\n",
                computing_ms / computed * (lookups - computed));
  if (sum_of(done.mended) + sum_of(done.removed) > 0)
    std::printf("damaged and computed again: %d; removed to make room: %d\n", sum_of(done.mended),
                sum_of(done.removed));
}

// Collective.
void finish(result_cache& cache, const visitor& own, const settings& chosen,
            const std::vector<int>& files_before) {
  auto& lock = cache.shelves().front().lock;
  lock.barrier();  // serves the others; then all ranks are in MPI
  const record done(cache, own.got, chosen);
  std::vector<int> there(1);  // entries at the end
  for (int rod = lock.rank(); rod < chosen.rods; rod += lock.size())
    there[0] += verify(cache, question_about(rod, chosen), done,
                       files_before[static_cast<std::size_t>(rod)]);
  lock.barrier();
  over_all_ranks(there, MPI_INT, MPI_SUM);
  std::vector<int> distinct{static_cast<int>(own.got.size())};
  over_all_ranks(distinct, MPI_INT, MPI_SUM);

  std::vector<tally> all(static_cast<std::size_t>(lock.size()));
  MPI_Gather(&cache.own, sizeof(tally), MPI_BYTE, all.data(), sizeof(tally), MPI_BYTE, 0,
             MPI_COMM_WORLD);
  if (lock.rank() != 0) return;
  print_table(all);
  print_gain(all, done, distinct[0]);
  std::printf(
      "%d results in %s: none computed twice without need, every value right "
      "(%d ranks, backend %s)\n",
      there[0], chosen.folder.c_str(), lock.size(), std::string(lock.backend_name()).c_str());
}

void run(const settings& chosen) {
  const auto recorder = std::make_shared<mpilock::span_recorder>();
  std::vector<std::shared_ptr<mpilock::observer>> observers;
  if (!chosen.trace.empty()) observers.push_back(recorder);
  result_cache cache(chosen.folder, chosen.shelves, static_cast<std::size_t>(chosen.keep),
                     observers);
  const std::vector<int> files_before = prepare(cache, chosen);
  visitor own(cache, chosen);
  own.look_up_all();
  finish(cache, own, chosen, files_before);
  if (!chosen.trace.empty()) mpilock::write_perfetto(MPI_COMM_WORLD, *recorder, chosen.trace);
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  int status = 0;
  try {
    const auto chosen = settings_of(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    if (!chosen.help)
      run(chosen);
    else if (rank == 0)
      std::printf("%s", usage);
  } catch (const bad_option& mistake) {  // the same on every rank
    if (rank == 0) std::fprintf(stderr, "result_cache: %s\n", mistake.what());
    status = 2;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "result_cache: rank %d: %s\n", rank, failure.what());
    MPI_Abort(MPI_COMM_WORLD, 1);  // the others would wait for this rank
  }
  MPI_Finalize();
  return status;
}
