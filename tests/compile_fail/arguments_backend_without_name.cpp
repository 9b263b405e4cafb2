// expect: mpilock: this backend lacks `static constexpr std::string_view name`
#include "archetypes.hpp"
#include "mpilock/mpilock.hpp"

struct incomplete {
  template <mpilock::fairness_policy Fairness>
  using lock = archetypes::backend::lock<Fairness>;
};

auto make() { return mpilock::sync<incomplete>(); }
