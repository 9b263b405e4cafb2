// expect: mpilock: this fairness policy looks back further than a lock word has room for; give
// at_most, or most_in_a_row, no more than `largest` in this message
#include "archetypes.hpp"
#include "mpilock/fairness/at_most.hpp"

// This must be a message, not a sync() that never returns.
template class mpilock::basic_window_controller<archetypes::backend, mpilock::at_most<(1 << 23)>,
                                                archetypes::progress>;
