// expect: success
#include <string>
#include <vector>

#include "archetypes.hpp"

std::vector<std::string> share(archetypes::fence& fence) {
  if (fence.guard()) fence.share(std::vector<std::string>{"a", "b"});
  return fence.collect<std::vector<std::string>>();
}
