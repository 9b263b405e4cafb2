// expect: mpilock: this argument is no policy: a backend has `template <mpilock::fairness_policy F>
// class lock`
// shows: policy_argument<misspelt
#include "archetypes.hpp"
#include "mpilock/mpilock.hpp"

struct misspelt : archetypes::named {
  template <mpilock::fairness_policy Fairness>
  using look = archetypes::backend::lock<Fairness>;
};

auto make() { return mpilock::sync<misspelt>(); }
