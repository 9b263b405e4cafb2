// expect: mpilock: this backend's lock has an `advances` or a `serve_arrived` of its own that is
// not that of `mpilock::progress_source`
#include "archetypes.hpp"

struct advancing_otherwise : archetypes::driven {
  using driven::driven;
  int advances() { return 64; }  // not const: the library would call the other one
};

struct incomplete : archetypes::named {
  template <mpilock::fairness_policy Fairness>
  struct lock final : advancing_otherwise,
                      archetypes::labelled,
                      archetypes::acquiring,
                      archetypes::upgrading,
                      archetypes::counting,
                      archetypes::watching,
                      archetypes::freeing {
    using advancing_otherwise::advancing_otherwise;
  };
};

template class mpilock::basic_window_controller<incomplete, archetypes::fairness,
                                                archetypes::progress>;
