// expect: mpilock: this progress policy lacks `static constexpr int thread_level`
#include "archetypes.hpp"
#include "mpilock/mpilock.hpp"

struct incomplete : archetypes::named,
                    archetypes::attending,
                    archetypes::idling,
                    archetypes::napping {
  using attending::attending;
};

auto make() { return mpilock::sync<incomplete, mpilock::fifo>(); }
