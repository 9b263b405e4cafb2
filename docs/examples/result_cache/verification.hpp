#pragma once
// Checks the results: was each one computed once, and is every value right?

#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "entry.hpp"
#include "heat.hpp"
#include "result_cache.hpp"
#include "settings.hpp"

namespace rods {

template <class Number>
void over_all_ranks(std::vector<Number>& numbers, MPI_Datatype type, MPI_Op operation) {
  MPI_Allreduce(MPI_IN_PLACE, numbers.data(), static_cast<int>(numbers.size()), type, operation,
                MPI_COMM_WORLD);
}

// The actions of all ranks on each rod's file, and the results that they were given.
struct record {
  std::vector<int> computed, mended, removed;
  // The checksums that ranks got. If no rank asked for a rod, the least is greater than the
  // greatest.
  std::vector<std::uint64_t> least, greatest;

  // Collective. `got`: the checksums that this rank got, by rod.
  record(result_cache& cache, const std::map<int, std::uint64_t>& got, const settings& chosen)
      : computed(rods_of(chosen)),
        mended(rods_of(chosen)),
        removed(rods_of(chosen)),
        least(rods_of(chosen), UINT64_MAX),
        greatest(rods_of(chosen)) {
    for (std::size_t rod = 0; rod < computed.size(); ++rod) {
      const auto path = cache.path_of(question_about(static_cast<int>(rod), chosen));
      const deeds done = cache.done_to[path.filename()];
      computed[rod] = done.computed;
      mended[rod] = done.mended;
      removed[rod] = done.removed;
    }
    for (const auto& [rod, sum] : got)
      least[static_cast<std::size_t>(rod)] = greatest[static_cast<std::size_t>(rod)] = sum;
    for (auto* counts : {&computed, &mended, &removed}) over_all_ranks(*counts, MPI_INT, MPI_SUM);
    over_all_ranks(least, MPI_UINT64_T, MPI_MIN);
    over_all_ranks(greatest, MPI_UINT64_T, MPI_MAX);
  }

  static std::size_t rods_of(const settings& chosen) {
    return static_cast<std::size_t>(chosen.rods);
  }
};

// Checks one rod's file and the results that ranks were given. Returns whether the file is there.
// `files_before`: 1 if it was there at the start, else 0.
inline bool verify(result_cache& cache, const question& asked, const record& all,
                   int files_before) {
  const std::size_t rod = asked.rod;
  const auto expect = [&](bool right, const std::string& what) {
    if (!right) throw std::runtime_error("rod " + std::to_string(rod) + ": " + what);
  };
  const auto lock = cache.shelf_of(asked).lock.read();
  const auto found = read_entry(cache.path_of(asked), asked);
  const int files = found.is == condition::missing ? 0 : 1;
  const bool was_asked = all.least[rod] <= all.greatest[rod];

  // Each computation made a new file, unless it replaced a damaged one.
  expect(files_before + all.computed[rod] == files + all.mended[rod] + all.removed[rod],
         "computed " + std::to_string(all.computed[rod]) + " times, more or less than was needed");
  if (!was_asked) return files == 1;
  const auto right = heat(asked, [&] { cache.progress(); });
  expect(all.least[rod] == all.greatest[rod] && all.least[rod] == checksum_of(asked, right),
         "a rank was given a wrong result");
  expect(found.is != condition::damaged, "the entry is damaged");
  expect(files == 0 || found.values == right, "the entry has a wrong result");
  return files == 1;
}

}  // namespace rods
