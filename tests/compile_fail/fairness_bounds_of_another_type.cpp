// expect: mpilock: this fairness policy's `bounds` must be a `mpilock::overtaking`
#include "archetypes.hpp"

struct incomplete : archetypes::fairness {
  static constexpr unsigned bounds = 2;
};

template class mpilock::basic_window_controller<archetypes::backend, incomplete,
                                                archetypes::progress>;
