// A rank that waits stays awake as long as that pays: it learns that from its waits, and from the
// cores that the ranks have.

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "mpilock/engine/one_sided/core_roll.hpp"
#include "mpilock/os/awake_time.hpp"
#include "mpilock/os/core_set.hpp"

namespace {

using mpilock::detail::awake_time;
using mpilock::detail::core_roll;
using mpilock::detail::core_set;
using namespace std::chrono_literals;

constexpr int few = 16;  // looks of a rank that does not stay awake

/// The number of looks in vain before the rank would sleep.
int looks_in_vain(awake_time& awake, awake_time::clock::duration longest = 1h) {
  int looks = 0;
  BOOST_TEST(!awake.watch([&] { return ++looks < 0; }, longest));
  return looks;
}

void stay_awake_in_vain(awake_time& awake, int times) {
  for (int i = 0; i < times; ++i) looks_in_vain(awake);
}

/// Files as those of the kernel. They are removed at the end.
struct control_groups {
  std::filesystem::path root =
      std::filesystem::temp_directory_path() / ("mpilock_groups_" + std::to_string(::getpid()));
  std::string membership = (root / "membership").string();

  control_groups() { std::filesystem::create_directories(root / "outer" / "inner"); }
  ~control_groups() { std::filesystem::remove_all(root); }

  void join(const std::string& group) {
    std::ofstream(membership) << "1:cpu:/elsewhere\n0::" << group << "\n";
  }
  void limit(const std::string& group, const std::string& text) {
    std::ofstream(root / group / "cpu.max") << text << "\n";
  }
  int cores() const { return mpilock::detail::cores_by_quota(root.string(), membership); }
};

constexpr int unlimited = std::numeric_limits<int>::max();

}  // namespace

BOOST_AUTO_TEST_CASE(a_rank_behind_long_sections_soon_sleeps_at_once) {
  awake_time awake(2, 2);
  BOOST_TEST(looks_in_vain(awake) > few);
  stay_awake_in_vain(awake, 13);
  BOOST_TEST(looks_in_vain(awake) == few);
  BOOST_TEST(looks_in_vain(awake) > few);  // tries whether its waits have become short
  BOOST_TEST(looks_in_vain(awake) == few);
}

BOOST_AUTO_TEST_CASE(a_rank_stays_awake_again_when_its_waits_are_short) {
  awake_time awake(2, 2);
  stay_awake_in_vain(awake, 20);
  for (int i = 0; i < 8; ++i) BOOST_TEST(awake.watch([] { return true; }, 1h));
  BOOST_TEST(looks_in_vain(awake) > few);
}

BOOST_AUTO_TEST_CASE(a_rank_stays_awake_no_longer_than_it_may) {
  awake_time awake(2, 2);
  BOOST_TEST(looks_in_vain(awake, 0s) == few);
}

BOOST_AUTO_TEST_CASE(a_roll_of_cores_is_complete_when_all_ranks_are_in) {
  std::array<std::uint64_t, core_roll::words> words{};
  const core_roll first(words.data(), 2);
  BOOST_TEST(!first.is_complete());
  words[core_set::words - 1] |= std::uint64_t{1} << 63;  // a core that the second rank alone has
  const core_roll second(words.data(), 2);
  BOOST_TEST(first.is_complete());
  BOOST_TEST(first.ranks() == 2);
  const int own = core_set::of_this_thread().count();
  BOOST_TEST(own >= 1);
  BOOST_TEST(second.cores() == std::min(own + 1, mpilock::detail::cores_by_quota()));
}

BOOST_AUTO_TEST_CASE(a_quota_below_the_cores_counts) {
  control_groups groups;
  BOOST_TEST(groups.cores() == unlimited);  // no file
  groups.join("/outer/inner");
  BOOST_TEST(groups.cores() == unlimited);
  groups.limit("outer/inner", "max 100000");
  BOOST_TEST(groups.cores() == unlimited);
  groups.limit("outer", "350000 100000");
  BOOST_TEST(groups.cores() == 3);
  groups.limit("outer/inner", "50000 100000");
  BOOST_TEST(groups.cores() == 1);
  groups.join("/");
  BOOST_TEST(groups.cores() == unlimited);
  groups.limit("", "200000 100000");
  BOOST_TEST(groups.cores() == 2);
}
