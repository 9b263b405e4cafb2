#pragma once
/// @file
/// @brief How much a search may use.
/// @ingroup testing

#include <cstdint>
#include <limits>
#include <string_view>

namespace mpilock::testing {

/// A search that reaches a limit ends without a proof.
struct search_limits {
  std::uint64_t states = 100'000'000;            ///< the most states
  std::uint64_t bytes = std::uint64_t{4} << 30;  ///< the most memory for the tables of states
  double seconds = std::numeric_limits<double>::infinity();  ///< the most time
};

/// The limit that ended a search.
enum class limit : std::uint8_t { none, states, memory, time };

/// The name of a limit in reports.
constexpr std::string_view to_string(limit what) {
  switch (what) {
    case limit::none:
      return "none";
    case limit::states:
      return "states";
    case limit::memory:
      return "memory";
    case limit::time:
      return "time";
  }
  return "?";
}

}  // namespace mpilock::testing
