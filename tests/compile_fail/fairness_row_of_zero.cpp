// expect: mpilock: this fairness policy's `most_in_a_row` must be a constant above 0
#include "archetypes.hpp"

struct incomplete : archetypes::fairness {
  static constexpr std::uint32_t most_in_a_row = 0;
};

template class mpilock::basic_window_controller<archetypes::backend, incomplete,
                                                archetypes::progress>;
