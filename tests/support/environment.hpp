#pragma once
/// @file
/// @brief What a launch says about how the tests are to run, and what is undone at the end of it.

#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>

namespace mpilock_test {

inline std::string setting(const char* name, std::string_view otherwise = "") {
  const char* value = std::getenv(name);
  return std::string(value == nullptr ? otherwise : value);
}

/// Whether the long form was asked for: more iterations, nothing left out.
inline bool is_long_form() {
  const std::string value = setting("MPILOCK_TEST_LONG", "0");
  return !value.empty() && value != "0";
}

/// Which way of launching this is: `openmpi`, `mpich_nodes` …
inline std::string flavour() { return setting("MPILOCK_TEST_FLAVOUR", "unknown"); }

/// Whether a sanitizer watches every access, which costs many times what the code itself does.
constexpr bool is_sanitized() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#else
  return false;
#endif
}

/// Has `action` called before MPI_Finalize, on every rank, the last one first.
void before_finalize(std::function<void()> action);

}  // namespace mpilock_test
