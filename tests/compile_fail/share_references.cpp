// expect: mpilock: this type has pointers or views in it, which mean nothing on another rank: share
// what they refer to, for instance std::string or std::vector
// shows: std::vector<const char*>
#include <vector>

#include "archetypes.hpp"

void share(archetypes::fence& fence) { fence.share(std::vector<const char*>{}); }
