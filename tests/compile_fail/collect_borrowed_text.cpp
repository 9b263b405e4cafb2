// expect: mpilock: text is shared as a std::string: give std::string to collect<>()
#include "archetypes.hpp"

auto collect(archetypes::fence& fence) { return fence.collect<const char*>(); }
