// expect: mpilock: this backend's lock does not derive from `mpilock::progress_source`
#include "archetypes.hpp"

struct incomplete : archetypes::named {
  template <mpilock::fairness_policy Fairness>
  struct lock final : archetypes::labelled,
                      archetypes::acquiring,
                      archetypes::upgrading,
                      archetypes::counting,
                      archetypes::watching,
                      archetypes::freeing {
    explicit lock(const mpilock::lock_site&) {}
  };
};

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
