#pragma once
/// @file
/// @brief The call site: a position in a source file.
/// @ingroup vocabulary

namespace mpilock {

/// Replaces std::source_location, which Clang 14 does not have.
struct call_site {
  const char* file = "";      ///< the path that the compiler got
  const char* function = "";  ///< the function's name, without arguments
  unsigned line = 0;          ///< 0 if it is not known

  /// As a default argument, this yields the call site.
  static constexpr call_site current(const char* file = __builtin_FILE(),
                                     const char* function = __builtin_FUNCTION(),
                                     unsigned line = __builtin_LINE()) noexcept {
    return {file, function, line};
  }
};

}  // namespace mpilock
