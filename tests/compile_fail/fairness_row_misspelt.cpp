// expect: mpilock: this fairness policy looks at rows, which are counted only for a policy with
// `static constexpr std::uint32_t most_in_a_row`
#include "archetypes.hpp"

// Without the message, a waiting writer would never get its turn after four readers.
struct incomplete : archetypes::named, archetypes::admitting {
  static constexpr std::uint32_t most_in_row = 4;
  static constexpr mpilock::turn next(const mpilock::census& now) noexcept {
    if (now.readers_waiting == 0 || now.readers_in_a_row >= most_in_row)
      return archetypes::taking_turns::next(now);
    return mpilock::turn::all_readers;
  }
};

template class mpilock::basic_window_controller<archetypes::backend, incomplete,
                                                archetypes::progress>;
