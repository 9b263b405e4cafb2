#pragma once
/// @file
/// @brief What ranks and the lock manager tell each other.

#include <array>
#include <cstdint>

#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// The vocabulary of the message engine.
enum class verb : std::int64_t {
  // to the manager
  enter,        ///< let me in, when it is my turn
  try_enter,    ///< let me in now, or refuse
  upgrade,      ///< I stop reading; let me write, when it is my turn
  try_upgrade,  ///< let me write now, or refuse and I go on reading
  downgrade,    ///< I stop writing and go on reading
  leave,        ///< I am out
  give_up,      ///< I no longer want what I asked for with this ticket
  watch,        ///< I am inside; tell me once when somebody waits to write
  goodbye,      ///< nothing more will come from me (both ways, when the lock is freed)
  // from the manager
  granted,       ///< you are inside
  refused,       ///< you are not
  writer_waits,  ///< somebody waits to write, since you have asked to be told
  reading_again  ///< your upgrade is off, you read
};

/// One message, four 64-bit integers on the wire.
struct message {
  verb what;
  access kind = access::read;  ///< with `enter` and `try_enter`
  std::uint64_t ticket = 0;    ///< which request this is, or answers
  std::uint64_t sections = 0;  ///< in answers: write sections completed before

  using wire = std::array<std::int64_t, 4>;

  wire pack() const noexcept {
    return {static_cast<std::int64_t>(what), kind == access::write ? 1 : 0,
            static_cast<std::int64_t>(ticket), static_cast<std::int64_t>(sections)};
  }
  static message unpack(const wire& words) noexcept {
    return {static_cast<verb>(words[0]), words[1] != 0 ? access::write : access::read,
            static_cast<std::uint64_t>(words[2]), static_cast<std::uint64_t>(words[3])};
  }
};

}  // namespace mpilock
