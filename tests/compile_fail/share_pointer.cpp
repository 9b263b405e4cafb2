// expect: mpilock: a pointer, view or span means nothing on another rank: share what it refers to
#include "archetypes.hpp"

void share(archetypes::fence& fence, const double* pointer) { fence.share(pointer); }
