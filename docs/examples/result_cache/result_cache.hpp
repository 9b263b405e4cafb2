#pragma once
// The cache: folders of entries, each with a lock.

#include <mpi.h>
#include <mpilock/mpilock.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "entry.hpp"
#include "heat.hpp"

namespace rods {

// The figures of a rank, which it prints at the end.
struct tally {
  int lookups = 0;
  int found = 0;        // under the read lock
  int second_look = 0;  // found under the write lock: another rank had come first
  int computed = 0;
  int failed = 0;  // computations that threw
  double computing_ms = 0;
  int waits = 0;  // sections that could not be entered at once
  double waited_ms = 0;
  double longest_ms = 0;
};

// The actions of this rank on a file. Summed over all ranks, a file is computed once, and once more
// each time that it was damaged or had been removed to make room.
struct deeds {
  int computed = 0;
  int mended = 0;
  int removed = 0;
};

// A folder and its lock. The cache has several, so that ranks with different requests seldom wait
// for each other.
struct shelf {
  mpilock::window_controller lock;
  std::filesystem::path folder;
};

class result_cache {
  using controller = mpilock::window_controller;

 public:
  // Collective. A shelf keeps at most `keep` results; 0: all.
  result_cache(const std::filesystem::path& folder, int shelves, std::size_t keep,
               const std::vector<std::shared_ptr<mpilock::observer>>& observers = {})
      : keep_(keep) {
    int size = 0;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    for (int i = 0; i < shelves; ++i) {
      const std::string name = "shelf_" + std::to_string(i) + "_of_" + std::to_string(shelves);
      // The host of a lock may have to help other ranks, so each rank hosts some locks.
      shelves_.push_back(
          {mpilock::sync(MPI_COMM_WORLD, i % size, {.name = name, .observers = observers}),
           folder / name});
    }
  }

  // Reads the result from its file. If there is none, calls `compute()` and writes the file.
  template <class Compute>
  temperatures get(const question& asked, Compute compute) {
    shelf& its = shelf_of(asked);
    const std::filesystem::path path = path_of(asked);
    {
      const auto lock = read(its.lock);
      const auto found = read_entry(path, asked);
      if (found.is == condition::whole) return counted(own.found, found.values);
    }
    const auto lock = write(its.lock);
    const auto found = read_entry(path, asked);  // another rank may have come first
    if (found.is == condition::whole) return counted(own.second_look, found.values);
    auto values = compute();  // if it throws, the lock is released, and the next rank may try
    publish(path, asked, values);
    ++own.computed;
    deeds& done = done_to[path.filename()];
    ++done.computed;
    if (found.is == condition::damaged) ++done.mended;
    make_room(its);
    return values;
  }

  std::filesystem::path path_of(const question& asked) {
    return shelf_of(asked).folder /
           ("rod_" + std::to_string(asked.rod) + "_of_" + std::to_string(asked.rods) + "_after_" +
            std::to_string(asked.steps) + ".entry");
  }

  shelf& shelf_of(const question& asked) { return shelves_[asked.rod % shelves_.size()]; }
  std::vector<shelf>& shelves() { return shelves_; }

  // A rank that computes serves the other ranks meanwhile.
  void progress() {
    for (shelf& each : shelves_) each.lock.progress();
  }

  tally own;                             // of this rank
  std::map<std::string, deeds> done_to;  // by the file's name

 private:
  // Enters at once, or counts the wait.
  controller::read_guard read(controller& lock) {
    auto guard = lock.try_read();
    if (!guard) timed([&] { guard = lock.read(); });
    return guard;
  }
  controller::write_guard write(controller& lock) {
    auto guard = lock.try_write();
    if (!guard) timed([&] { guard = lock.write(); });
    return guard;
  }

  template <class Wait>
  void timed(Wait wait) {
    const auto start = std::chrono::steady_clock::now();
    wait();
    const double took =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    ++own.waits;
    own.waited_ms += took;
    own.longest_ms = std::max(own.longest_ms, took);
  }

  static temperatures counted(int& counter, temperatures values) {
    ++counter;
    return values;
  }

  // Removes the oldest files. This rank holds the write lock, so no rank reads them.
  void make_room(const shelf& full) {
    std::vector<std::pair<std::filesystem::file_time_type, std::filesystem::path>> entries;
    for (const auto& each : std::filesystem::directory_iterator(full.folder))
      if (each.path().extension() == ".entry")
        entries.emplace_back(each.last_write_time(), each.path());
    if (keep_ == 0 || entries.size() <= keep_) return;
    std::sort(entries.begin(), entries.end());
    entries.resize(entries.size() - keep_);
    for (const auto& [when, path] : entries) {
      std::filesystem::remove(path);
      ++done_to[path.filename()].removed;
    }
  }

  std::vector<shelf> shelves_;
  std::size_t keep_;
};

}  // namespace rods
