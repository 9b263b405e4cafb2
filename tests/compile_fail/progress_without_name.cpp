// expect: mpilock: this progress policy lacks `static constexpr std::string_view name`
#include "archetypes.hpp"

struct incomplete : archetypes::with_thread_level,
                    archetypes::attending,
                    archetypes::idling,
                    archetypes::napping {
  using attending::attending;
};

template class mpilock::basic_window_controller<archetypes::backend, archetypes::fairness,
                                                incomplete>;
