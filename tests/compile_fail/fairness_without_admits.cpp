// expect: mpilock: this fairness policy lacks `static constexpr bool admits(mpilock::access
// newcomer, const mpilock::census& now) noexcept`
#include "archetypes.hpp"

struct incomplete : archetypes::named, archetypes::taking_turns {};

template class mpilock::basic_window_controller<archetypes::backend, incomplete,
                                                archetypes::progress>;
