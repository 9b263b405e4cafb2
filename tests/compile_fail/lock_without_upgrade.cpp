// expect: mpilock: this backend's lock lacks `bool upgrade(deadline, Idle&)` or `void downgrade()`
#include "archetypes.hpp"

using incomplete =
    archetypes::backend_of<archetypes::labelled, archetypes::acquiring, archetypes::counting,
                           archetypes::watching, archetypes::freeing>;

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
