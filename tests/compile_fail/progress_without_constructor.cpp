// expect: mpilock: this progress policy lacks a constructor that takes `mpilock::progress_source&`
#include "archetypes.hpp"

struct incomplete : archetypes::named,
                    archetypes::with_thread_level,
                    archetypes::idling,
                    archetypes::napping {
  explicit incomplete(int) {}
};

template class mpilock::basic_window_controller<archetypes::backend, archetypes::fairness,
                                                incomplete>;
