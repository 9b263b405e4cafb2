#pragma once
/// @file
/// @brief A policy with a common mistake: each kind lets the other go first.

#include <string_view>

#include "mpilock/policy/census.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// It forgets the case that both kinds wait. The engines refuse it at compile time. The checker
/// must find the mistake without that.
struct polite {
  static constexpr std::string_view name = "polite";

  static constexpr bool admits(access /*newcomer*/, const census& now) noexcept {
    return now.writers_waiting == 0;
  }

  static constexpr turn next(const census& now) noexcept {
    if (now.writers_waiting == 0 && now.readers_waiting > 0) return turn::all_readers;
    if (now.readers_waiting == 0 && now.writers_waiting > 0) return turn::one_writer;
    return turn::nobody;
  }
};

}  // namespace mpilock
