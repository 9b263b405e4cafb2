// expect: mpilock: this backend's lock lacks a constructor from `const mpilock::lock_site&`
#include "archetypes.hpp"

struct incomplete : archetypes::named {
  template <mpilock::fairness_policy Fairness>
  struct lock final : archetypes::driven,
                      archetypes::labelled,
                      archetypes::acquiring,
                      archetypes::upgrading,
                      archetypes::counting,
                      archetypes::watching,
                      archetypes::freeing {
    explicit lock(int) = delete;
  };
};

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
