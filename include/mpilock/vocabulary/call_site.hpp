#pragma once
/// @file
/// @brief A place in a source file.
/// @ingroup vocabulary

namespace mpilock {

/// What std::source_location is where a compiler has it; Clang 14 does not.
struct call_site {
  const char* file = "";      ///< as the compiler was given it
  const char* function = "";  ///< its name, without arguments
  unsigned line = 0;          ///< 0: not known

  /// As a default argument: where the call stands.
  static constexpr call_site current(const char* file = __builtin_FILE(),
                                     const char* function = __builtin_FUNCTION(),
                                     unsigned line = __builtin_LINE()) noexcept {
    return {file, function, line};
  }
};

}  // namespace mpilock
