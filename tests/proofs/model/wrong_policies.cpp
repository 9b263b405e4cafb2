/// @file
/// @brief The conformance kit says of wrong policies what is wrong, and never more than it has
/// checked; needs no MPI.

#include <initializer_list>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>

#include "mpilock/fairness/reader_preferring.hpp"
#include "mpilock/fairness/writer_preferring.hpp"
#include "mpilock/testing/conformance_options.hpp"
#include "mpilock/testing/proof.hpp"

namespace {

using namespace mpilock;
using namespace mpilock::testing;

bool all_as_expected = true;

void expect(std::string_view what, bool holds) {
  std::cout << (holds ? "  " : "  DOES NOT HOLD: ") << what << '\n';
  all_as_expected = all_as_expected && holds;
}

bool says(const std::string& text, std::initializer_list<std::string_view> words) {
  bool all = true;
  for (const std::string_view each : words) all = all && text.find(each) != text.npos;
  if (!all) std::cout << "  it says: " << text << '\n';
  return all;
}

/// It answers well while fewer writers wait than the compiler tries.
struct idle_with_forty : writer_preferring {
  static constexpr std::string_view name = "idle_with_forty";
  static constexpr turn next(const census& now) noexcept {
    return now.writers_waiting >= 40 ? turn::nobody : writer_preferring::next(now);
  }
};

/// Its engines never learn that they must keep the order of arrival.
struct fifo_with_forty : writer_preferring {
  static constexpr std::string_view name = "fifo_with_forty";
  static constexpr turn next(const census& now) noexcept {
    return now.writers_waiting >= 40 ? turn::first_come : writer_preferring::next(now);
  }
};

/// It has state, which the compiler can't see.
struct moody : writer_preferring {
  static constexpr std::string_view name = "moody";
  static inline unsigned asked = 0;
  static constexpr turn next(const census& now) noexcept {
    if (!std::is_constant_evaluated() && ++asked % 2 == 0) return reader_preferring::next(now);
    return writer_preferring::next(now);
  }
};

/// It answers well, but not the same in every process.
struct local : writer_preferring {
  static constexpr std::string_view name = "local";
  static inline bool is_elsewhere = false;
  static constexpr turn next(const census& now) noexcept {
    if (!std::is_constant_evaluated() && is_elsewhere) return reader_preferring::next(now);
    return writer_preferring::next(now);
  }
};

/// It asks for the rows that it doesn't have only now and then.
struct rarely_moody : writer_preferring {
  static constexpr std::string_view name = "rarely_moody";
  static inline unsigned asked = 0;
  static constexpr turn next(const census& now) noexcept {
    if (!std::is_constant_evaluated() && ++asked % 100'003 == 0)
      return reader_preferring::next(now);
    return writer_preferring::next(now);
  }
};

/// It promises more than it keeps.
struct boastful : reader_preferring {
  static constexpr std::string_view name = "boastful";
  static constexpr overtaking bounds{.readers_past_writer = 1, .writers_past_reader = 0};
};

/// A promise that leaves room: none gets past would do.
struct modest : reader_preferring {
  static constexpr std::string_view name = "modest";
  static constexpr overtaking bounds{.readers_past_writer = overtaking::unbounded,
                                     .writers_past_reader = 4};
};

void wrong_answers() {
  expect("a lock that is idle if many wait is found, with the census",
         says(answers<idle_with_forty>().search().breach,
              {"leaves the lock idle", ".writers_waiting = 40", "is nobody"}));
  expect("an order of arrival that the compiler did not see is found",
         says(answers<fifo_with_forty>().search().breach,
              {".writers_waiting = 40", "first_come", "order of arrival"}));
  expect("a policy that has state is found",
         says(answers<moody>().search().breach, {"not pure", "two different answers"}));
  expect("state that shows rarely is found",
         says(answers<rarely_moody>().search().breach, {"not pure", "two different answers"}));
  const answers_found here = answers<local>().search();
  local::is_elsewhere = true;
  const answers_found elsewhere = answers<local>().search();
  expect("answers of two processes can be compared",
         here.breach.empty() && elsewhere.breach.empty() && here.digest != elsewhere.digest);
  const answers_found right = answers<writer_preferring>().search();
  expect("a policy that answers well is asked about many ranks",
         right.breach.empty() && right.all_up_to == 256);
}

void broken_promise() {
  std::ostringstream out;
  const proof_record found = proof<boastful>(out, {}).ask().search_bounds().record();
  expect("a broken promise fails", found.result() == outcome::fails);
  expect("the verdict names it",
         says(found.breach(), {"fairness", "overtaking with 3 ranks on messages"}));
  expect("the table shows promise and finding",
         says(out.str(), {"readers past a writer: 1 promised, 2 found"}));
  expect("the first breach ends the run", out.str().find("sequential") == std::string::npos);
}

void generous_promise() {
  const verdict found = check<messages, modest>(3, program::overtaking());
  expect("a promise above need is shown beside what was found",
         found.holds() &&
             says(promised_and_found(found), {"readers past a writer: none promised",
                                              "writers past a reader: 4 promised, 0 found"}));
}

void limits() {
  const auto ends_by = [](const search_limits& limits) {
    const verdict found = check<messages, modest>(2, program::everything(), limits);
    return found.complete || found.holds() ? limit::none : found.ended_by;
  };
  expect("memory ends a search", ends_by({.bytes = 1 << 20}) == limit::memory);
  expect("time ends a search", ends_by({.seconds = 0.01}) == limit::time);
  expect("states end a search", ends_by({.states = 1000}) == limit::states);

  std::ostringstream out;
  const proof_record cut = proof<modest>(out, {.bytes = 1 << 16}).search_bounds().record();
  cut.print(out);
  expect("a search that was cut is no proof", cut.result() == outcome::incomplete);
  expect("what was covered is said",
         says(out.str(), {"not complete: overtaking with 3 ranks on messages: every run of up to ",
                          "ended by the limit of memory"}));
  std::ostringstream none;
  proof<modest>(none, {.seconds = 0}).search_bounds().record().print(none);
  expect("searches that were not begun are counted", says(none.str(), {"not begun", "4 searches"}));
}

void command_line() {
  const auto given = [](std::string word) {
    std::string program = "conformance";
    char* words[] = {program.data(), word.data()};
    return conformance_options::from(2, words);
  };
  const auto is_refused = [&](const char* word) {
    try {
      given(word);
    } catch (const usage_error&) {
      return true;
    }
    return false;
  };
  expect("limits are taken", given("--memory=2GiB").limits.bytes == std::uint64_t{2} << 30 &&
                                 given("--memory=3MiB").limits.bytes == 3 << 20 &&
                                 given("--seconds=7").limits.seconds == 7);
  expect("other words are refused", is_refused("--fast") && is_refused("--visits=many") &&
                                        is_refused("--memory=4") && is_refused("--seconds=0"));
  std::ostringstream help;
  print_help(help);
  expect("the help tells of each program and model",
         given("--help").wants_help &&
             says(help.str(), {"--thorough", "--memory", "around_a_datum", "counted ", "futex"}));
}

}  // namespace

int main() {
  wrong_answers();
  broken_promise();
  generous_promise();
  limits();
  command_line();
  return all_as_expected ? 0 : 1;
}
