#pragma once
/// @file
/// @brief A type's name, to compare and to show.

#include <string_view>

namespace mpilock::detail {

/// As the compiler spells it; the same on all ranks that run the same program.
template <class T>
constexpr std::string_view type_name() noexcept {
#if defined(__GNUC__)
  const std::string_view text = __PRETTY_FUNCTION__;
  const auto begin = text.find("T = ") + 4;
  return text.substr(begin, text.find_first_of(";]", begin) - begin);
#else
  return __FUNCSIG__;
#endif
}

}  // namespace mpilock::detail
