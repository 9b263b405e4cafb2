// expect: success
#include "archetypes.hpp"

template class mpilock::basic_window_controller<archetypes::backend, archetypes::fairness,
                                                archetypes::progress>;
