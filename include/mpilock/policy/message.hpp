#pragma once
/// @file
/// @brief The messages between ranks and the lock manager.
/// @ingroup policy

#include <array>
#include <cstdint>

#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// The kinds of message of the message engine, in the sender's words.
enum class verb : std::int64_t {
  // to the manager
  enter,        ///< let me enter when it is my turn
  try_enter,    ///< let me enter now, or refuse
  upgrade,      ///< I stop reading; let me write when it is my turn
  try_upgrade,  ///< let me write now, or refuse and I continue to read
  downgrade,    ///< I stop writing and continue to read
  leave,        ///< I have left
  give_up,      ///< I no longer want what I asked for with this ticket
  watch,        ///< I am inside; tell me once when another rank waits to write
  goodbye,      ///< this is my last message (sent both ways when the lock is freed)
  // from the manager
  granted,       ///< you are inside
  refused,       ///< your try has failed
  writer_waits,  ///< another rank waits to write, as you asked with `watch`
  reading_again  ///< your upgrade is cancelled, and you read
};

/// One message, sent as four 64-bit integers.
struct message {
  verb what;                   ///< the kind of message
  access kind = access::read;  ///< used with `enter` and `try_enter`
  std::uint64_t ticket = 0;    ///< the request that this message is, or answers
  std::uint64_t sections = 0;  ///< in answers: write sections completed before

  /// The four integers that are sent.
  using wire = std::array<std::int64_t, 4>;

  /// The message as it is sent.
  wire pack() const noexcept {
    return {static_cast<std::int64_t>(what), kind == access::write ? 1 : 0,
            static_cast<std::int64_t>(ticket), static_cast<std::int64_t>(sections)};
  }
  /// The message that was received as these integers.
  static message unpack(const wire& words) noexcept {
    return {static_cast<verb>(words[0]), words[1] != 0 ? access::write : access::read,
            static_cast<std::uint64_t>(words[2]), static_cast<std::uint64_t>(words[3])};
  }
};

}  // namespace mpilock
