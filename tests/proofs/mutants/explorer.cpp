/// What all mutants have in common, compiled once: the checker, which knows no policy and no
/// engine. The program's argument is the property that must be broken.

#include <iostream>
#include <string_view>

#include "mpilock/testing/report.hpp"
#include "mutant.hpp"

template mpilock::testing::verdict mpilock::testing::explore(
    const mpilock::testing::machine_settings&, const mpilock::testing::program&,
    const mpilock::testing::rank_code&, const mpilock::testing::expectations&,
    const mpilock::testing::search_limits&);

int main(int, char** arguments) {
  using namespace mpilock::testing;
  const std::string_view expected = arguments[1];
  const verdict found = explore_mutant({.states = 3'000'000});
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
