// expect: mpilock: this backend's lock lacks `std::string_view name() const noexcept`
#include "archetypes.hpp"

using incomplete =
    archetypes::backend_of<archetypes::acquiring, archetypes::upgrading, archetypes::counting,
                           archetypes::watching, archetypes::freeing>;

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
