/// Explores one mutant and says which property it breaks. MUTANT_ENGINE, if defined, is a header with
/// a model of its own; MUTANT_POLICY_FILE, _POLICY, _MODEL, _RANKS and _PROGRAM say what to explore.

#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>

#include "mpilock/testing/check.hpp"
#ifdef MUTANT_ENGINE
#include MUTANT_ENGINE
#endif
#include MUTANT_POLICY_FILE

namespace mpilock::testing {
namespace {

/// The same, with a plain datum that the lock guards.
[[maybe_unused]] program with_datum(program what) {
  what.tracks_datum = true;
  return what;
}

/// A mutant that survives is to be seen at work.
void print_run(const verdict& found) {
  for (const trace_line& each : found.trace) {
    const step& move = each.move;
    std::cout << "  rank " << move.rank << (move.lands ? " (lands)" : "") << "  "
              << to_string(move.what.what) << " word " << move.what.where << std::hex << "  "
              << move.before << " -> " << move.after << std::dec << "  line "
              << move.what.from.line << "  ";
    for (int rank = 0; rank < found.ranks; ++rank)
      std::cout << "-RW"[static_cast<std::size_t>(each.claims[static_cast<std::size_t>(rank)])];
    std::cout << (move.begins_call ? "  a call begins\n" : "\n");
  }
}

int explore(std::string_view expected) {
  constexpr std::uint64_t most_states = 3'000'000;
  const verdict found = check<MUTANT_MODEL, MUTANT_POLICY>(MUTANT_RANKS, MUTANT_PROGRAM, most_states);
  const std::string_view broken =
      found.broken == property::none && !found.complete ? "unknown" : to_string(found.broken);
  std::cout << "breaks: " << broken << "; shortest failing run: " << found.trace.size()
            << " moves; states: " << found.states << "; " << found.ranks << " ranks, "
            << found.model << ", " << found.policy << "\n";
  if (broken == expected) return 0;
  std::cout << "expected: " << expected << "\n";
  print_run(found);
  return 1;
}

}  // namespace
}  // namespace mpilock::testing

int main(int, char** arguments) { return mpilock::testing::explore(arguments[1]); }
