// expect: mpilock: this backend's lock lacks `bool writer_waits()`
#include "archetypes.hpp"

using incomplete =
    archetypes::backend_of<archetypes::labelled, archetypes::acquiring, archetypes::upgrading,
                           archetypes::counting, archetypes::freeing>;

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
