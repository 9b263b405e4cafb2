#pragma once
/// @file
/// @brief A call that ends a section, and what is said if this rank has no such section.
/// @ingroup controller

#include <string>
#include <string_view>

#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock::detail {

/// Whether a call of `unlock` comes from a guard. Those of every standard library and of Boost make
/// it in a function of the same name or in their destructor. The compiler knows the answer.
[[gnu::always_inline]] constexpr bool is_in_guard(const call_site& from) noexcept {
  return from.function[0] == '~' || __builtin_strcmp(from.function, "unlock") == 0 ||
         __builtin_strcmp(from.function, "unlock_shared") == 0;
}

/// Which call ends a section, and where.
struct section_end {
  const char* call = nullptr;  ///< null: a guard
  call_site from;
  bool is_by_hand = false;  ///< neither a guard nor a call to which a guard was given

  std::string text() const {
    return std::string(call) + " at " + from.file + ':' + std::to_string(from.line);
  }
};

/// Why `now` fails, which should end a section of the kind.
/// @param lock tells what this rank holds
/// @param last the last call by hand that succeeded
template <class Lock>
std::string explain_failure(const section_end& now, access kind, const Lock& lock,
                            const section_end& last) {
  std::string text = now.call == nullptr
                         ? std::string("a ") + to_string(kind) + " guard ends its section"
                         : now.text();
  text += std::string(", but this rank ") + lock.describe();
  if (last.is_by_hand)
    text += "; " + last.text() + " was the last call to end a section without a guard";
  if (!now.is_by_hand) return text + "; leave the end of a guarded section to its guard";
  const bool is_read = kind == access::read;
  const char* suffix = is_read == lock.is_held() ? "" : "_shared";
  return text + "; call " + (lock.is_held() ? "unlock" : "lock") + suffix +
         (lock.is_held() ? "()" : "() first") + ", or leave the end to the guard";
}

}  // namespace mpilock::detail
