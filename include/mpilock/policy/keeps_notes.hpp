#pragma once
/// @file
/// @brief What a substrate that runs under the checker offers besides.
/// @ingroup policy

#include <concepts>
#include <cstdint>

namespace mpilock {

/// Optional, for a substrate that runs under the checker: `keep` tells it a value that the engine
/// has in mind, and `forget` that the last one of them no longer matters.
template <class S>
concept keeps_notes = requires(S substrate, std::uint64_t value) {
  { substrate.keep(value) } -> std::same_as<void>;
  { substrate.forget() } -> std::same_as<void>;
};

/// Explains at compile time that one of the two members is there and the other one is not.
template <class S>
consteval bool require_whole_notes() {
  constexpr bool keeps = requires(S substrate, std::uint64_t value) { substrate.keep(value); };
  constexpr bool forgets = requires(S substrate) { substrate.forget(); };
  static_assert(keeps_notes<S> || !(keeps || forgets),
                "mpilock: this type must have both `void keep(std::uint64_t)` and `void forget()`, "
                "or neither");
  return true;
}

}  // namespace mpilock
