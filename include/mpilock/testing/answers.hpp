#pragma once
/// @file
/// @brief Asks a fairness policy about every census of many ranks, without an engine.
/// @ingroup testing

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mpilock/policy/census.hpp"
#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing {

/// The findings about the answers of a policy.
struct answers_found {
  std::string breach;            ///< what is wrong; empty if nothing was found
  std::uint32_t all_up_to = 0;   ///< so many waiting ranks, in every combination
  std::uint32_t some_up_to = 0;  ///< so many waiting ranks, in samples
  std::uint32_t digest = 0;      ///< of the answers; the same on all ranks if no answer differs
};

/// Text that a test of the policy can use.
inline std::string to_string(const census& now) {
  const auto field = [](std::string_view name, std::uint32_t value) {
    return '.' + std::string(name) + " = " + std::to_string(value);
  };
  return '{' + field("readers_inside", now.readers_inside) + ", " +
         field("readers_waiting", now.readers_waiting) + ", " +
         field("writers_waiting", now.writers_waiting) + ", " +
         field("readers_in_a_row", now.readers_in_a_row) + ", " +
         field("writers_in_a_row", now.writers_in_a_row) + '}';
}

/// The name of an answer in reports.
constexpr std::string_view to_string(turn what) {
  switch (what) {
    case turn::nobody:
      return "nobody";
    case turn::all_readers:
      return "all_readers";
    case turn::one_reader:
      return "one_reader";
    case turn::one_writer:
      return "one_writer";
    case turn::first_come:
      return "first_come";
  }
  return "no turn at all";
}

/// Looks for a census at which the lock stays idle though ranks wait, and for a question that gets
/// two answers. An engine relies on neither. A search with two to four ranks can't see either of
/// them if it takes more ranks.
///
/// The order of arrival and the rows are looked at, too: an engine learns from the compiler, which
/// asks about few ranks, whether a policy uses them.
template <fairness_policy P>
class answers {
 public:
  /// Ends with the first breach.
  answers_found search() {
    ask_in_other_orders();
    ask_about_all();
    ask_about_samples();
    return found_;
  }

 private:
  static constexpr std::uint32_t most_ranks = (std::uint32_t{1} << 31) - 1;  // an `int` counts them
  static constexpr std::uint32_t row = longest_row<P>();

  bool goes_on() const { return found_.breach.empty(); }

  /// Every number of waiting ranks, with every row. A long row leaves time for fewer ranks.
  void ask_about_all() {
    constexpr std::uint64_t enough = 50'000'000;
    std::uint64_t ranks = 256;
    while (ranks > 64 && ranks * ranks / 2 * (2 * std::uint64_t{row} + ranks) > enough && row > 0)
      ranks /= 2;
    const auto most = static_cast<std::uint32_t>(ranks);
    for (std::uint32_t readers = 0; readers <= most; ++readers)
      for (std::uint32_t writers = 0; writers <= most - readers; ++writers) {
        judge({0, readers, writers, 0, 0});
        if (row == 0) continue;
        for (std::uint32_t reads = 1; reads <= row + most; ++reads)
          judge({0, readers, writers, reads, 0});
        for (std::uint32_t writes = 1; writes <= row; ++writes)
          judge({0, readers, writers, 0, writes});
        if (!goes_on()) return;
      }
    if (goes_on()) found_.all_up_to = most;
  }

  /// A rule that depends on a number usually does so from a round number on.
  static std::vector<std::uint32_t> samples(std::uint64_t most) {
    std::vector<std::uint32_t> all{0, 1};
    const auto add = [&](std::uint64_t round) {
      for (std::uint64_t each = round - 1; each <= round + 1; ++each)
        if (each <= most) all.push_back(static_cast<std::uint32_t>(each));
    };
    for (std::uint64_t round = 2; round <= most + 1; round *= 2) add(round);
    for (std::uint64_t round = 10; round <= most + 1; round *= 10) add(round);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

  void ask_about_samples() {
    const auto numbers = samples(most_ranks);
    auto rows = samples(row);
    rows.push_back(row + 1);
    for (const std::uint32_t readers : numbers)
      for (const std::uint32_t writers : numbers) {
        if (readers > most_ranks - writers || !goes_on()) break;
        judge({0, readers, writers, 0, 0});
        if (row == 0) continue;
        for (const std::uint32_t length : rows) {
          judge({0, readers, writers, length, 0});
          if (length <= row) judge({0, readers, writers, 0, length});
        }
      }
    if (goes_on()) found_.some_up_to = most_ranks;
  }

  /// No rank is inside: the answer must name a kind that has a waiter.
  void judge(const census& now) {
    const turn answer = P::next(now);
    found_.digest = found_.digest * 31 + static_cast<std::uint32_t>(answer);
    if (!goes_on() || now.readers_waiting + now.writers_waiting == 0) return;
    if (P::next(now) != answer) return is_impure("next(" + to_string(now) + ")");
    if (!names_a_waiter(answer, now))
      return breaks("it leaves the lock idle: next(" + to_string(now) + ") is " +
                    std::string(to_string(answer)) +
                    ", but with no rank inside it must name a kind that has a waiter");
    if (answer == turn::first_come && !follows_arrival<P>())
      return breaks("next(" + to_string(now) +
                    ") is first_come, but it never is with few ranks: so the engines don't keep "
                    "the order of arrival for it");
    const auto depends = [&] {
      return depends_on_rows(now, [](const census& asked) { return P::next(asked); });
    };
    if constexpr (row == 0)
      if (depends())
        return !depends() ? is_impure("next(" + to_string(now) + ")")
                          : breaks("next(" + to_string(now) +
                                   ") depends on rows, which are counted only for a policy with "
                                   "most_in_a_row");
  }

  /// Asks the same questions forwards and backwards, several times.
  void ask_in_other_orders() {
    const auto all = small_censuses();
    std::vector<std::pair<turn, int>> first;
    first.reserve(all.size());
    for (const census& each : all) first.push_back(ask(each));
    for (int round = 0; round < 4; ++round)
      for (std::size_t i = 0; i < all.size(); ++i) {
        const std::size_t at = round % 2 == 0 ? all.size() - 1 - i : i;
        const auto [turn_now, admits_now] = ask(all[at]);
        if (turn_now != first[at].first) return is_impure("next(" + to_string(all[at]) + ")");
        if (admits_now != first[at].second)
          return is_impure("admits(…, " + to_string(all[at]) + ")");
      }
  }

  /// The answers of `next`, and of `admits` with a bit for each kind.
  static std::pair<turn, int> ask(const census& now) {
    return {P::next(now),
            (P::admits(access::read, now) ? 1 : 0) + (P::admits(access::write, now) ? 2 : 0)};
  }

  static std::vector<census> small_censuses() {
    constexpr std::uint32_t most = 16;
    std::vector<census> all;
    for (std::uint32_t inside = 0; inside <= most; ++inside)
      for (std::uint32_t readers = 0; readers <= most - inside; ++readers)
        for (std::uint32_t writers = 0; writers <= most - inside - readers; ++writers)
          for (const std::uint32_t length : samples(row)) {
            all.push_back({inside, readers, writers, inside + length, 0});
            if (inside == 0 && length > 0) all.push_back({0, readers, writers, 0, length});
          }
    return all;
  }

  void is_impure(const std::string& question) {
    breaks("it is not pure: " + question + " got two different answers");
  }
  void breaks(std::string text) {
    if (goes_on()) found_.breach = std::move(text);
  }

  answers_found found_;
};

}  // namespace mpilock::testing
