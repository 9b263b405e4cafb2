#pragma once
/// @file
/// @brief Which searches prove a fairness policy on a model of memory.
/// @ingroup testing

#include <cstdint>
#include <type_traits>
#include <vector>

#include "mpilock/engine/turn_taking.hpp"
#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/testing/models.hpp"
#include "mpilock/testing/program.hpp"

namespace mpilock::testing {

/// How far a proof goes. `--help` of the conformance kit says what each takes.
enum class extent : std::uint8_t {
  quick,    ///< 2 ranks; the bounds also with 3
  usual,    ///< also 3 ranks
  thorough  ///< more of 3 ranks, and 4 ranks
};

/// One search, before it is made.
struct planned_search {
  int ranks = 2;                 ///< the number of ranks
  program what{};                ///< their calls
  std::uint64_t first_part = 0;  ///< if not 0, only the shortest runs are looked at: so many states
};

/// The searches of a policy on a model. Each extent has searches of its own, beside those of the
/// extents before it.
///
/// A policy that looks back or follows the order of arrival has more states. It gets what fits in
/// `usual`, and the rest in `thorough`.
template <class Model, fairness_policy Fairness>
class search_plan {
 public:
  /// The searches that this extent adds, the cheapest first.
  static std::vector<planned_search> added_by(extent level) {
    if constexpr (is_flagged) return for_flags(level);
    switch (level) {
      case extent::quick:
        return quick();
      case extent::usual:
        return usual();
      case extent::thorough:
        return thorough();
    }
    return {};
  }

  /// For the bounds that the policy promises, before all others: in every extent. With 3 ranks on
  /// the one-sided engine the whole search is long, so it comes later.
  static std::vector<planned_search> of_bounds() {
    if constexpr (is_smallest) return {{2, program::overtaking()}, {3, program::overtaking()}};
    if constexpr (!std::is_same_v<Model, sequential>) return {};
    if constexpr (!promises_bounds<Fairness>) return {{2, program::overtaking()}};
    return {{2, program::overtaking()}, {3, program::overtaking(), 300'000}};
  }

 private:
  using plan = std::vector<planned_search>;

  static plan quick() {
    plan all;
    if (may_stop) all.push_back({2, program::with_stopped_rank()});
    all.push_back({2, program::around_a_datum()});
    if (!(is_large && looks_back)) all.push_back({2, program::with_failing_waits()});
    if (!(is_long_row && is_large)) all.push_back({2, program::everything()});
    if (is_small || !looks_back) all.push_back({2, program::counted(2)});
    return all;
  }

  static plan usual() {
    plan all;
    if (is_smallest || (is_small && !looks_back))
      all.push_back({2, program::with_failing_attempts()});
    if (is_smallest) all.push_back({3, program::with_upgrade()});
    if (is_one_sided_small && !looks_back)
      all.push_back({2, program::counted_with_failing_waits(2)});
    if (is_one_sided_small && !is_long_row) all.push_back({3, program::overtaking()});
    if (is_one_sided_small && follows_arrival<Fairness>())
      all.push_back({3, program::with_tries()});
    return all;
  }

  static plan thorough() {
    plan all;
    if (is_large && looks_back) all.push_back({2, program::with_failing_waits()});
    if (is_large && is_long_row) all.push_back({2, program::everything()});
    if (!is_small && looks_back) all.push_back({2, program::counted(2)});
    if (!is_smallest && !(is_small && !looks_back))
      all.push_back({2, program::with_failing_attempts()});
    if (is_one_sided_small && is_long_row) all.push_back({3, program::overtaking()});
    if (!is_small) all.push_back({3, program::plain()});
    if (!is_smallest) all.push_back({3, program::with_upgrade()});
    all.push_back({3, program::with_attempts()});
    all.push_back({3, program::around_a_datum()});
    all.push_back({4, program::plain()});
    return all;
  }

  /// The lock behind the flags is the engine that `futex` searches. So fewer searches are needed.
  static plan for_flags(extent level) {
    if (level == extent::quick) return {{2, program::plain()}, {2, program::with_attempts()}};
    plan all;
    if ((level == extent::usual) != looks_back) {
      if (may_stop) all.push_back({2, program::with_stopped_rank()});
      all.push_back({2, program::with_upgrade()});
      all.push_back({2, program::with_failing_waits()});
    }
    if (level == extent::usual) return all;
    all.push_back({2, program::around_a_datum()});
    all.push_back({2, program::counted(2)});
    all.push_back({2, program::everything()});
    all.push_back({2, program::with_failing_attempts()});
    all.push_back({3, program::plain()});
    return all;
  }

  // The number of states differs a hundredfold between the models, and tenfold between policies.
  static constexpr bool looks_back = turn_taking<Fairness>::hands_over;
  static constexpr bool is_long_row = longest_row<Fairness>() > 1;
  static constexpr bool is_smallest = std::is_same_v<Model, messages>;
  static constexpr bool is_one_sided_small = std::is_same_v<Model, sequential>;
  static constexpr bool is_small = is_smallest || is_one_sided_small;
  static constexpr bool is_flagged = std::is_same_v<Model, flagged>;
  static constexpr bool is_large =
      std::is_same_v<Model, futex> || std::is_same_v<Model, lazy_progress>;
  // If turns are handed over, a rank that is stopped when it gets the turn holds the lock. If a
  // rank must help with operations on its words, a stopped rank delays the rank that issued them.
  static constexpr bool may_stop =
      !looks_back && !is_smallest && !std::is_same_v<Model, lazy_progress>;
};

}  // namespace mpilock::testing
