// expect: mpilock: this backend's lock lacks `std::uint64_t sections() const noexcept`
#include "archetypes.hpp"

using incomplete =
    archetypes::backend_of<archetypes::labelled, archetypes::acquiring, archetypes::upgrading,
                           archetypes::watching, archetypes::freeing>;

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
