#pragma once
/// @file
/// @brief The two ways into a lock.
/// @ingroup vocabulary

namespace mpilock {

/// How a rank wants to be inside: beside other readers, or alone.
enum class access { read, write };

/// The word that messages use for it.
constexpr const char* to_string(access kind) noexcept {
  return kind == access::read ? "read" : "write";
}

}  // namespace mpilock
