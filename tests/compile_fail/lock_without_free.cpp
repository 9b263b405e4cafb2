// expect: mpilock: this backend's lock lacks `void free(Idle&)`
#include "archetypes.hpp"

using incomplete =
    archetypes::backend_of<archetypes::labelled, archetypes::acquiring, archetypes::upgrading,
                           archetypes::counting, archetypes::watching>;

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
