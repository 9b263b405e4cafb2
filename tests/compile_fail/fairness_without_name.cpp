// expect: mpilock: this fairness policy lacks `static constexpr std::string_view name`
#include "archetypes.hpp"

struct incomplete : archetypes::admitting, archetypes::taking_turns {};

template class mpilock::basic_window_controller<archetypes::backend, incomplete,
                                                archetypes::progress>;
