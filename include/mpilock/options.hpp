#pragma once
/// @file
/// @brief What can be set besides the policies.

#include <string>

namespace mpilock {

/// Settings of a controller; the same on every rank.
struct options {
  /// Shown in every message about this controller.
  std::string name = "mpilock";
};

}  // namespace mpilock
