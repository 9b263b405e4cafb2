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
#include <thread>

#include "mpilock/engine/one_sided/core_roll.hpp"
#include "mpilock/os/awake_time.hpp"
#include "mpilock/os/core_set.hpp"

namespace {

using mpilock::detail::awake_time;
using mpilock::detail::core_roll;
using mpilock::detail::core_set;
using namespace std::chrono_literals;

/// How long a rank looks in vain before it would sleep, for `longest` at most.
std::chrono::nanoseconds in_vain(awake_time& awake, awake_time::clock::duration longest = 1h) {
  const auto begin = awake_time::clock::now();
  BOOST_TEST(!awake.watch([] { return false; }, longest, true));
  return awake_time::clock::now() - begin;
}

/// A wait that is longer than any rank stays awake.
void wait_long(awake_time& awake) {
  in_vain(awake);
  std::this_thread::sleep_for(2ms);
  awake.has_slept();
}

/// Measures often, since a rank may lose its core meanwhile.
template <class Measure>
std::array<std::chrono::nanoseconds, 20> often(Measure&& measure) {
  std::array<std::chrono::nanoseconds, 20> all{};
  std::ranges::generate(all, measure);
  return all;
}

constexpr auto full = 40us;  // at least, with two ranks

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

BOOST_AUTO_TEST_CASE(a_rank_behind_long_sections_soon_sleeps) {
  awake_time awake(2, 2);
  BOOST_TEST(in_vain(awake).count() >= std::chrono::nanoseconds(full).count());
  const auto next = often([&] {
    wait_long(awake);
    return in_vain(awake);
  });
  BOOST_TEST(std::ranges::min(next).count() < std::chrono::nanoseconds(full).count());
}

BOOST_AUTO_TEST_CASE(a_rank_stays_awake_again_after_a_short_wait) {
  awake_time awake(2, 2);
  wait_long(awake);
  BOOST_TEST(awake.watch([] { return true; }, 1h, true));
  BOOST_TEST(in_vain(awake).count() >= std::chrono::nanoseconds(full).count());
}

BOOST_AUTO_TEST_CASE(a_sleep_counts_as_short_if_it_was_no_longer_than_a_rank_stays_awake) {
  awake_time awake(1000, 1000);  // for a millisecond
  const auto next = often([&] {
    wait_long(awake);
    in_vain(awake);
    awake.has_slept();  // at once
    return in_vain(awake);
  });
  BOOST_TEST(std::ranges::max(next).count() >= std::chrono::nanoseconds(1ms).count());
}

BOOST_AUTO_TEST_CASE(a_rank_sleeps_at_once_if_it_lacks_a_core_and_others_use_the_lock) {
  const auto right = [] { return true; };
  BOOST_TEST(!awake_time(3, 2).watch(right, 1h, false));
  BOOST_TEST(awake_time(3, 2).watch(right, 1h, true));
  BOOST_TEST(awake_time(2, 2).watch(right, 1h, false));
}

BOOST_AUTO_TEST_CASE(a_rank_stays_awake_no_longer_than_it_may) {
  awake_time awake(1000, 1000);
  const auto found = often([&] { return in_vain(awake, 0s); });
  BOOST_TEST(std::ranges::min(found).count() < std::chrono::nanoseconds(full).count());
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
