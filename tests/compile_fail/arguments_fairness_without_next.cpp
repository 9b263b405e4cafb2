// expect: mpilock: this fairness policy lacks `static constexpr mpilock::turn next(const
// mpilock::census& now) noexcept`
#include "archetypes.hpp"
#include "mpilock/mpilock.hpp"

struct incomplete : archetypes::named, archetypes::admitting {};

auto make() { return mpilock::sync<mpilock::two_sided, incomplete>(); }
