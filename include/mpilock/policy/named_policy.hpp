#pragma once
/// @file
/// @brief What every policy must have: a name.
/// @ingroup policy

#include <concepts>
#include <string_view>

namespace mpilock {

/// Has a `static constexpr` name. By this name the ranks agree that they use the same policy.
template <class P>
concept named_policy = requires {
  { P::name } -> std::convertible_to<std::string_view>;
};

}  // namespace mpilock
