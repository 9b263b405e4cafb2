// expect: mpilock: this fairness policy looks at rows, which are counted only for a policy with
// `static constexpr std::uint32_t most_in_a_row`
#include "archetypes.hpp"

// Without the message, readers would pass a waiting writer for ever.
struct incomplete : archetypes::named, archetypes::taking_turns {
  static constexpr std::uint32_t most_in_row = 4;
  static constexpr bool admits(mpilock::access, const mpilock::census& now) noexcept {
    return now.readers_in_a_row < most_in_row;
  }
};

template class mpilock::basic_window_controller<archetypes::backend, incomplete,
                                                archetypes::progress>;
