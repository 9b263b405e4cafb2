// expect: mpilock: this backend lacks `static constexpr std::string_view name`
#include "archetypes.hpp"

struct incomplete {
  template <mpilock::fairness_policy Fairness>
  using lock = archetypes::backend::lock<Fairness>;
};

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
