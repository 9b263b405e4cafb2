// expect: mpilock: this backend's lock lacks `bool arrive(access)` or `bool settle(access,
// deadline, Idle&)`
#include "archetypes.hpp"

struct incomplete : archetypes::named {
  template <mpilock::fairness_policy Fairness>
  struct lock final : archetypes::driven,
                      archetypes::labelled,
                      archetypes::settling,
                      archetypes::releasing,
                      archetypes::upgrading,
                      archetypes::counting,
                      archetypes::watching,
                      archetypes::freeing {
    using driven::driven;

    bool arrives(mpilock::access) { return false; }  // would make every passage slow
  };
};

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
