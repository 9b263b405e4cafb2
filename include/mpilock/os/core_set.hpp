#pragma once
/// @file
/// @brief The cores that a process may run on, and how much of them it may use.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <limits>
#include <numeric>
#include <string>
#include <string_view>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

namespace mpilock::detail {

/// A set of core numbers, in words of bits.
class core_set {
 public:
  static constexpr std::size_t words = 16;  ///< 1,024 cores, as many as in a `cpu_set_t`

  /// Local. The cores that the calling thread may run on, by its affinity mask. All cores where
  /// masks don't exist.
  static core_set of_this_thread() {
    core_set all;
#if defined(__linux__)
    cpu_set_t mask;
    if (::sched_getaffinity(0, sizeof mask, &mask) == 0) {
      for (std::size_t core = 0; core < 64 * words; ++core)
        if (CPU_ISSET(core, &mask)) all.insert(core);
      return all;
    }
#endif
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t core = 0; core < std::min(cores, 64 * words); ++core) all.insert(core);
    return all;
  }

  std::uint64_t& operator[](std::size_t word) { return bits_[word]; }
  std::uint64_t operator[](std::size_t word) const { return bits_[word]; }

  int count() const {
    return std::accumulate(bits_.begin(), bits_.end(), 0,
                           [](int sum, std::uint64_t bits) { return sum + std::popcount(bits); });
  }

 private:
  void insert(std::size_t core) { bits_[core / 64] |= std::uint64_t{1} << core % 64; }

  std::array<std::uint64_t, words> bits_{};
};

/// Local. The number of cores whose time the control groups of this process allow it (cgroups(7),
/// version 2): the least `cpu.max` of its group and of those above. At least 1, and the greatest
/// int without a limit.
inline int cores_by_quota(const std::string& root = "/sys/fs/cgroup",
                          const std::string& membership = "/proc/self/cgroup") {
  std::string group;
  std::ifstream groups(membership);
  for (std::string line; std::getline(groups, line);)
    if (line.starts_with("0::")) group = line.substr(3);
  int least = std::numeric_limits<int>::max();
  for (;; group.erase(group.find_last_of('/'))) {
    std::ifstream limit(root + group + "/cpu.max");
    double quota = 0;
    double period = 0;
    if (limit >> quota >> period && period > 0)  // the quota is the word "max" if there is none
      least = std::min(least, std::max(1, static_cast<int>(quota / period)));
    if (group.find_last_of('/') == std::string::npos) return least;
  }
}

}  // namespace mpilock::detail
