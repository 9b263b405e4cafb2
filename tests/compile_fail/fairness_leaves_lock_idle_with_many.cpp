// expect: mpilock: this fairness policy leaves the lock idle: with no rank inside, next() must name
// a kind that has a waiter
#include "archetypes.hpp"

// It answers well while few ranks wait.
struct incomplete : archetypes::named, archetypes::admitting {
  static constexpr mpilock::turn next(const mpilock::census& now) noexcept {
    if (now.writers_waiting >= 4) return mpilock::turn::nobody;
    return now.writers_waiting > 0 ? mpilock::turn::one_writer : mpilock::turn::all_readers;
  }
};

template class mpilock::basic_window_controller<archetypes::backend, incomplete,
                                                archetypes::progress>;
