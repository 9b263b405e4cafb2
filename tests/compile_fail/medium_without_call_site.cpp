// expect: medium.fetch_add(delta, from)
#include <cstdint>

#include "archetypes.hpp"
#include "mpilock/engine/one_sided/barging_lock.hpp"
#include "mpilock/testing/checked_medium.hpp"

// Without it, the checker could not show the line of the engine that adds.
struct incomplete : mpilock::testing::checked_medium {
  std::uint64_t fetch_add(std::uint64_t delta) { return checked_medium::fetch_add(delta); }
};

template class mpilock::barging_lock<incomplete, archetypes::fairness>;
