// expect: mpilock: this progress policy lacks `static constexpr int thread_level`, the least MPI
// thread level that it needs
#include "archetypes.hpp"

struct incomplete : archetypes::named,
                    archetypes::attending,
                    archetypes::idling,
                    archetypes::napping {
  using attending::attending;
};

template class mpilock::basic_window_controller<archetypes::backend, archetypes::fairness,
                                                incomplete>;
