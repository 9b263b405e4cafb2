#pragma once
/// @file
/// @brief A type's name, to compare and to show.
/// @ingroup controller

#include <cstddef>
#include <string_view>

namespace mpilock::detail {

/// The compiler's name of a function that has the name of `T` in it, once. Its return type is
/// `auto`: g++ spells out after the name of `T` what a `std::string_view` is.
template <class T>
constexpr auto signature() noexcept {
#if defined(__GNUC__)
  return std::string_view(__PRETTY_FUNCTION__);
#else
  return std::string_view(__FUNCSIG__);
#endif
}

/// As the compiler spells it, whole; the same on all ranks that run the same program. What stands
/// before and behind the name in a signature is as long for every type, so a type of a known name
/// tells how long.
template <class T>
constexpr std::string_view type_name() noexcept {
  constexpr std::string_view known = "double";
  constexpr std::size_t before = signature<double>().find(known);
  static_assert(before != std::string_view::npos,
                "this compiler spells no types in the names of functions");
  constexpr std::size_t around = signature<double>().size() - known.size();
  return signature<T>().substr(before, signature<T>().size() - around);
}

}  // namespace mpilock::detail
