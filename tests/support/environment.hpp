#pragma once
/// @file
/// @brief The settings of a launch for its tests, and the actions at its end.

#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>

namespace mpilock_test {

inline std::string setting(const char* name, std::string_view otherwise = "") {
  const char* value = std::getenv(name);
  return std::string(value == nullptr ? otherwise : value);
}

/// Whether the long form is asked for: more iterations, nothing left out.
inline bool is_long_form() {
  const std::string value = setting("MPILOCK_TEST_LONG", "0");
  return !value.empty() && value != "0";
}

/// The flavour of this launch: `openmpi`, `mpich_nodes` …
inline std::string flavour() { return setting("MPILOCK_TEST_FLAVOUR", "unknown"); }

/// Whether a sanitizer checks every access, which takes many times as long as the code itself.
constexpr bool is_sanitized() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#else
  return false;
#endif
}

/// Calls `action` before MPI_Finalize on every rank. The last registered action is called first.
void before_finalize(std::function<void()> action);

}  // namespace mpilock_test
