#pragma once
/// @file
/// @brief What the message engine runs over.
/// @ingroup policy

#include <concepts>

#include "mpilock/os/growing_nap.hpp"
#include "mpilock/policy/medium.hpp"
#include "mpilock/policy/message.hpp"

namespace mpilock {

/// Sends without waiting, and receives the messages that have arrived. A root receives up to
/// `burst` messages before it does anything else. A waiting rank looks `looks` times in vain before
/// it idles. Unless it is the root, it naps within `naps`.
///
/// Messages from one rank to another arrive in the order in which they were sent. Nothing else is
/// promised, and nothing else is needed.
template <class T>
concept transport = has_ranks<T> && requires(T wire, int rank, message said) {
  { wire.root() } -> std::same_as<int>;
  requires noexcept(wire.root());
  { wire.send(rank, said) } -> std::same_as<void>;
  {
    wire.receive(rank, said)
    } -> std::same_as<bool>;  // fills in the sender and the message, if
                              // there is one
  { T::burst } -> std::convertible_to<int>;
  { T::looks } -> std::convertible_to<int>;
  { T::naps } -> std::convertible_to<growing_nap::limits>;
};

}  // namespace mpilock
