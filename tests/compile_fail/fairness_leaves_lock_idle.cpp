// expect: mpilock: this fairness policy leaves the lock idle: with no rank inside, next() must name
// a kind that has a waiter
#include "archetypes.hpp"

// It forgets the readers: if only readers waited, no rank would ever enter.
struct incomplete : archetypes::named, archetypes::admitting {
  static constexpr mpilock::turn next(const mpilock::census& now) noexcept {
    return now.writers_waiting > 0 ? mpilock::turn::one_writer : mpilock::turn::nobody;
  }
};

template class mpilock::basic_window_controller<archetypes::backend, incomplete,
                                                archetypes::progress>;
