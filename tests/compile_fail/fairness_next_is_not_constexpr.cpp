// expect: mpilock: this fairness policy's `next` must be `constexpr`, so that the compiler can
// check its answers
#include "archetypes.hpp"

struct incomplete : archetypes::named, archetypes::admitting {
  static mpilock::turn next(const mpilock::census& now) noexcept {
    return archetypes::taking_turns::next(now);
  }
};

template class mpilock::basic_window_controller<archetypes::backend, incomplete,
                                                archetypes::progress>;
