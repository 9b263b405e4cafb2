// expect: mpilock: this fairness policy lacks `static constexpr mpilock::turn next(const
// mpilock::census& now) noexcept`
#include "archetypes.hpp"

struct incomplete : archetypes::named, archetypes::admitting {
  static constexpr mpilock::turn next(const mpilock::census& now) {
    return archetypes::taking_turns::next(now);
  }
};

template class mpilock::basic_window_controller<archetypes::backend, incomplete,
                                                archetypes::progress>;
