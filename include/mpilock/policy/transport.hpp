#pragma once
/// @file
/// @brief What the message engine runs over.
/// @ingroup policy

#include <concepts>

#include "mpilock/os/growing_nap.hpp"
#include "mpilock/policy/medium.hpp"
#include "mpilock/policy/message.hpp"

namespace mpilock {

/// Sends without waiting, receives what is there. A root takes in `burst` messages at once before it
/// does anything else; a waiting rank looks `looks` times in vain before it idles, and naps within
/// `naps` if it isn't the root. Messages from one rank to another arrive in the order in which they
/// were sent; nothing else is promised, nor needed.
template <class T>
concept transport = has_ranks<T> && requires(T wire, int rank, message said) {
  { wire.root() } -> std::same_as<int>;
  requires noexcept(wire.root());
  { wire.send(rank, said) } -> std::same_as<void>;
  { wire.receive(rank, said) } -> std::same_as<bool>;  // fills in sender and message, if any
  { T::burst } -> std::convertible_to<int>;
  { T::looks } -> std::convertible_to<int>;
  { T::naps } -> std::convertible_to<growing_nap::limits>;
};

}  // namespace mpilock
