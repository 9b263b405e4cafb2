/// Explores one mutant and says which property it breaks. MUTANT_ENGINE, if defined, is a header
/// with a model of its own; MUTANT_POLICY_FILE, _POLICY, _MODEL, _RANKS and _PROGRAM say what to
/// explore.

#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>

#include "mpilock/testing/check.hpp"
#include "mpilock/testing/report.hpp"
#ifdef MUTANT_ENGINE
#include MUTANT_ENGINE
#endif
#include MUTANT_POLICY_FILE

namespace mpilock::testing {
namespace {

int explore(std::string_view expected) {
  constexpr std::uint64_t most_states = 3'000'000;
  const verdict found =
      check<MUTANT_MODEL, MUTANT_POLICY>(MUTANT_RANKS, MUTANT_PROGRAM, {.states = most_states});
  const std::string_view broken =
      found.broken == property::none && !found.complete ? "unknown" : to_string(found.broken);
  std::cout << "breaks: " << broken << "; shortest failing run: " << found.trace.size()
            << " moves; states: " << found.states << "; " << found.ranks << " ranks, "
            << found.model << ", " << found.policy << "\n";
  if (broken == expected) return 0;
  std::cout << "expected: " << expected << "\n";
  print_run(std::cout, found);
  return 1;
}

}  // namespace
}  // namespace mpilock::testing

int main(int, char** arguments) { return mpilock::testing::explore(arguments[1]); }
