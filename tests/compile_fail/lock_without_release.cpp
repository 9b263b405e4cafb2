// expect: mpilock: this backend's lock lacks `void release(access)`
#include "archetypes.hpp"

using incomplete =
    archetypes::backend_of<archetypes::labelled, archetypes::arriving, archetypes::settling,
                           archetypes::upgrading, archetypes::counting, archetypes::watching,
                           archetypes::freeing>;

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
