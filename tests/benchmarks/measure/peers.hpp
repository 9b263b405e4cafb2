#pragma once
/// @file
/// @brief The alternatives that a user has, and what all locks are judged by.

#include <vector>

#include "entrant.hpp"

namespace lockbench {

void list_peers(std::vector<listing>& all);
void list_floors(std::vector<listing>& all);

}  // namespace lockbench
