#pragma once
/// @file
/// @brief The command line of the conformance kit.
/// @ingroup testing

#include <charconv>
#include <cstdint>
#include <iomanip>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>

#include "mpilock/testing/models.hpp"
#include "mpilock/testing/program.hpp"
#include "mpilock/testing/search_limits.hpp"
#include "mpilock/testing/search_plan.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::testing {

/// The extent of the tests. `print_help` says what each option means.
struct conformance_options {
  extent how_far = extent::quick;         ///< of the proof of a fairness policy
  int visits = 200;                       ///< attempts to enter, by each rank, in each trial
  search_limits limits{.seconds = 3600};  ///< `seconds` of all searches together
  bool wants_help = false;                ///< whether only the help is asked for

  /// @throws usage_error if the command line has any other argument, or a number that is none
  static conformance_options from(int argc, char** argv) {
    conformance_options wanted;
    for (int i = 1; i < argc; ++i) wanted.take(argv[i]);
    return wanted;
  }

 private:
  void take(std::string_view word) {
    if (word == "--quick") {
      how_far = extent::quick;
    } else if (word == "--usual") {
      how_far = extent::usual;
    } else if (word == "--thorough") {
      how_far = extent::thorough;
    } else if (word == "--help") {
      wants_help = true;
    } else if (word.starts_with("--visits=")) {
      visits = static_cast<int>(number_in(word, "", 1'000'000'000));
    } else if (word.starts_with("--seconds=")) {
      limits.seconds = static_cast<double>(number_in(word, "", 1'000'000'000));
    } else if (word.starts_with("--memory=") && word.ends_with("MiB")) {
      limits.bytes = number_in(word, "MiB", 1'000'000'000) << 20;
    } else if (word.starts_with("--memory=")) {
      limits.bytes = number_in(word, "GiB", 1'000'000) << 30;
    } else {
      throw usage_error(
          "mpilock: conformance knows --quick, --usual, --thorough, --seconds=N, --memory=NGiB, "
          "--visits=N and --help, not " +
          std::string(word));
    }
  }

  static std::uint64_t number_in(std::string_view word, std::string_view unit, std::uint64_t most) {
    std::string_view digits = word.substr(word.find('=') + 1);
    const bool has_unit = digits.ends_with(unit);
    if (has_unit) digits.remove_suffix(unit.size());
    std::uint64_t number = 0;
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (!has_unit || failure != std::errc() || end != digits.data() + digits.size() ||
        number == 0 || number > most)
      throw usage_error("mpilock: conformance expects a whole number from 1 to " +
                        std::to_string(most) + (unit.empty() ? "" : ", then " + std::string(unit)) +
                        ", not " + std::string(word));
    return number;
  }
};

/// Prints the options, the programs and the exit status.
inline void print_help(std::ostream& out) {
  out << R"(Checks a policy of mpilock. Run it with 3 ranks or more.

A fairness policy is first asked about censuses, then searched on models of memory, by rank 0 alone
and without MPI. Each search looks at every state that ranks can get into. The first breach ends the
run. Then all ranks try the policy out on MPI. A progress policy and a backend are only tried out.

How far the searches go, with about the time of one core and the memory that writer_preferring took:
  --quick        2 ranks, and the promised bounds also with 3: 1.5 minutes, 250 MiB; the default
  --usual        also 3 ranks: 4 minutes, 1.2 GiB
  --thorough     more of 3 ranks, and 4: until the limits end it. The largest searches reach the
                 limit of memory, so the result is "incomplete" or "fails"

Limits. A search that reaches one ends, and the result is "incomplete" unless something fails:
  --seconds=N    all searches together may take N seconds; 3600 if not given
  --memory=NGiB  the tables of one search may take so much (also MiB); 4GiB if not given

On MPI:
  --visits=N     each rank tries N times to enter each lock; 200 if not given

Exit status:
  0  conforms: all that was to be checked was checked, and holds
  1  fails: something does not hold
  2  the arguments are wrong
  3  incomplete: nothing failed, but not everything was checked

Programs, which all ranks of a search repeat without end:
)";
  for (const program& each : program::all())
    out << "  " << std::left << std::setw(18) << each.name << each.meaning << '\n';
  out << "\nModels of memory, below the engines that users run:\n";
  const auto explain = [&]<class... Model>() {
    ((out << "  " << std::left << std::setw(18) << Model::name << Model::meaning << '\n'), ...);
  };
  explain.template operator()<messages, sequential, rma_weak, flagged, lazy_progress, futex>();
}

}  // namespace mpilock::testing
