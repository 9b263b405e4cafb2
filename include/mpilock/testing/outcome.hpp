#pragma once
/// @file
/// @brief What a test of a policy has shown.
/// @ingroup testing

#include <algorithm>
#include <cstdint>

namespace mpilock::testing {

/// From the best to the worst.
enum class outcome : std::uint8_t {
  conforms,    ///< everything that was to be checked was checked, and holds
  incomplete,  ///< nothing wrong was found, but a limit ended the checks
  fails        ///< something doesn't hold
};

/// The outcome of two tests together.
constexpr outcome worse_of(outcome one, outcome other) { return std::max(one, other); }

/// The exit status of a program that tests a policy. A program that is called wrongly ends with 2.
constexpr int exit_status_of(outcome what) {
  return what == outcome::conforms ? 0 : what == outcome::fails ? 1 : 3;
}

}  // namespace mpilock::testing
