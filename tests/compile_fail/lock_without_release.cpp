// expect: mpilock: this backend's lock lacks `void release(access)`
#include "archetypes.hpp"

struct incomplete : archetypes::named {
  template <mpilock::fairness_policy Fairness>
  struct lock final : archetypes::driven,
                      archetypes::labelled,
                      archetypes::arriving,
                      archetypes::settling,
                      archetypes::upgrading,
                      archetypes::counting,
                      archetypes::watching,
                      archetypes::freeing {
    using driven::driven;
  };
};

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
