/// The part of a mutant's program that is compiled for each mutant. MUTANT_ENGINE, if defined, is a
/// header with a model of its own; MUTANT_POLICY_FILE, _POLICY, _MODEL, _RANKS and _PROGRAM say
/// what to explore.

#include "mutant.hpp"
#ifdef MUTANT_ENGINE
#include MUTANT_ENGINE
#endif
#include MUTANT_POLICY_FILE

mpilock::testing::verdict explore_mutant(const mpilock::testing::search_limits& limits) {
  using namespace mpilock::testing;
  return check<MUTANT_MODEL, MUTANT_POLICY>(MUTANT_RANKS, MUTANT_PROGRAM, limits);
}
