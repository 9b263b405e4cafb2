// expect: mpilock: this backend lacks `template <mpilock::fairness_policy F> class lock`
#include "archetypes.hpp"

struct incomplete : archetypes::named {};

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
