// expect: 8191
#include "archetypes.hpp"

// The largest row is computed, and the compiler shows it.
struct far_looking : archetypes::fairness {
  static constexpr long long most_in_a_row = 1LL << 32;
};

template class mpilock::basic_window_controller<archetypes::backend, far_looking,
                                                archetypes::progress>;
