#pragma once
/// @file
/// @brief The two kinds of access to a lock.
/// @ingroup vocabulary

namespace mpilock {

/// How a rank wants to be inside: together with other readers, or alone.
enum class access { read, write };

/// The word that messages use for a kind of access.
constexpr const char* to_string(access kind) noexcept {
  return kind == access::read ? "read" : "write";
}

}  // namespace mpilock
