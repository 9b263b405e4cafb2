/// @file
/// @brief The checker finds which kinds of ranks can starve under each policy; needs no MPI.

#include <iostream>

#include "mpilock/fairness/reader_preferring.hpp"
#include "mpilock/fairness/writer_preferring.hpp"
#include "mpilock/testing/check.hpp"
#include "mpilock/testing/replay.hpp"
#include "mpilock/testing/report.hpp"

namespace {

using namespace mpilock;
using namespace mpilock::testing;

bool all_as_expected = true;

void expect(const char* what, bool found, bool expected) {
  std::cout << "  " << what << ": " << (found ? "yes" : "no") << '\n';
  if (found != expected) {
    std::cout << "  EXPECTED: " << (expected ? "yes" : "no") << '\n';
    all_as_expected = false;
  }
}

template <class Model, class Fairness>
void who_starves(bool writers, bool readers) {
  const verdict found = check<Model, Fairness>(3, program::overtaking());
  summarise(std::cout, found);
  expect("the bounds hold", found.holds(), true);
  expect("writers can starve", found.writers_starve, writers);
  expect("readers can starve", found.readers_starve, readers);
}

/// This policy promises more than it keeps.
struct boastful : reader_preferring {
  static constexpr std::string_view name = "boastful";
  static constexpr overtaking bounds{.readers_past_writer = 1, .writers_past_reader = 0};
};

/// A run that breaks a promise is replayed from its schedule: it is the same run.
void broken_promise() {
  const verdict found = check<messages, boastful>(3, program::overtaking());
  summarise(std::cout, found);
  print_run(std::cout, found);
  expect("fairness is broken", found.broken == property::fairness, true);
  const verdict again = replay<messages, boastful>(3, program::overtaking(), found.schedule);
  bool same = again.trace.size() == found.trace.size();
  for (std::size_t i = 0; same && i < found.trace.size(); ++i)
    same = found.trace[i].move.rank == again.trace[i].move.rank &&
           found.trace[i].move.what == again.trace[i].move.what &&
           found.trace[i].claims == again.trace[i].claims;
  expect("the replay is the same run", same, true);
}

}  // namespace

int main() {
  summarise_heading(std::cout);
  who_starves<sequential, writer_preferring>(false, true);
  who_starves<sequential, reader_preferring>(true, false);
  who_starves<messages, writer_preferring>(false, true);
  who_starves<messages, reader_preferring>(true, false);
  broken_promise();
  return all_as_expected ? 0 : 1;
}
