// expect: mpilock: this backend's lock lacks `void free(Idle&)`
#include "archetypes.hpp"

struct incomplete : archetypes::named {
  template <mpilock::fairness_policy Fairness>
  struct lock final : archetypes::driven,
                      archetypes::labelled,
                      archetypes::acquiring,
                      archetypes::upgrading,
                      archetypes::counting,
                      archetypes::watching {
    using driven::driven;
  };
};

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
