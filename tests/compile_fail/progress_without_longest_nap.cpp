// expect: mpilock: this progress policy lacks `std::chrono::steady_clock::duration longest_nap()
// const`
#include "archetypes.hpp"

struct incomplete : archetypes::named,
                    archetypes::with_thread_level,
                    archetypes::attending,
                    archetypes::idling {
  using attending::attending;
};

template class mpilock::basic_window_controller<archetypes::backend, archetypes::fairness,
                                                incomplete>;
