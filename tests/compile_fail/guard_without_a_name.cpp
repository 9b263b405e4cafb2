// expect: the section ends with its guard: give the guard a name

// flags: -Werror=unused-result
#include "mpilock/mpilock.hpp"

// The lock would be released at once.
void write(mpilock::window_controller& ctrl) { ctrl.write(); }
