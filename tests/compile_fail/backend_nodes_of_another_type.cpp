// expect: mpilock: this backend's `needs_one_node` must be a `static constexpr bool`
#include "archetypes.hpp"

struct incomplete : archetypes::backend {
  static bool needs_one_node() { return true; }
};

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
