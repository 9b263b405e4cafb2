#pragma once
/// @file
/// @brief The memory and files that this process uses.

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>

namespace stress {

/// The present counts, or the difference of two.
struct resources {
  std::int64_t memory = 0;        ///< resident, in KiB
  std::int64_t descriptors = 0;   ///< of open files
  std::int64_t mappings = 0;      ///< pieces of the address space
  std::int64_t shared_files = 0;  ///< in /dev/shm, of any process: they may outlive their mappings

  static resources of_this_process() {
    return {resident(), entries("/proc/self/fd"), lines("/proc/self/maps"), entries("/dev/shm")};
  }

  friend resources operator-(const resources& after, const resources& before) {
    return {after.memory - before.memory, after.descriptors - before.descriptors,
            after.mappings - before.mappings, after.shared_files - before.shared_files};
  }
  friend std::ostream& operator<<(std::ostream& out, const resources& it) {
    return out << it.memory << " KiB, " << it.descriptors << " descriptors, " << it.mappings
               << " mappings, " << it.shared_files << " files in /dev/shm";
  }

 private:
  static std::int64_t resident() {
    std::int64_t all = 0;
    std::int64_t pages = 0;
    std::ifstream("/proc/self/statm") >> all >> pages;
    return pages * sysconf(_SC_PAGESIZE) / 1024;
  }
  static std::int64_t entries(const std::filesystem::path& folder) {
    std::error_code missing;
    const std::filesystem::directory_iterator all(folder, missing);
    return std::distance(begin(all), end(all));
  }
  static std::int64_t lines(const std::string& path) {
    std::ifstream file(path);
    std::int64_t number = 0;
    for (std::string line; std::getline(file, line);) ++number;
    return number;
  }
};

}  // namespace stress
