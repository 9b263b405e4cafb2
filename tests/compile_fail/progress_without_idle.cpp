// expect: mpilock: this progress policy lacks `void idle()`
#include "archetypes.hpp"

struct incomplete : archetypes::named,
                    archetypes::with_thread_level,
                    archetypes::attending,
                    archetypes::napping {
  using attending::attending;
};

template class mpilock::basic_window_controller<archetypes::backend, archetypes::fairness,
                                                incomplete>;
