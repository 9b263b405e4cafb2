// expect: mpilock: this backend's lock lacks `bool arrive(access)` or `bool settle(access,
// deadline, Idle&)`
#include "archetypes.hpp"

struct misspelling {
  bool arrives(mpilock::access) { return false; }  // without arrive(), passages are slow
};

using incomplete =
    archetypes::backend_of<archetypes::labelled, misspelling, archetypes::settling,
                           archetypes::releasing, archetypes::upgrading, archetypes::counting,
                           archetypes::watching, archetypes::freeing>;

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
