#pragma once
/// @file
/// @brief The alternatives that a user has, and the least that any lock costs.

#include <vector>

#include "entrant.hpp"

namespace lockbench {

void list_peers(std::vector<listing>& all);
void list_floors(std::vector<listing>& all);

}  // namespace lockbench
