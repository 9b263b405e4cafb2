#pragma once
/// @file
/// @brief What the locks that count in one word run over: atomic words at a home, and a mailbox per rank.
/// @ingroup policy

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>

#include "mpilock/policy/mail.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// The least that can idle; media are checked against it.
struct idle_archetype {
  void idle() {}  ///< nothing to do between two looks
  /// No sleep at all.
  std::chrono::steady_clock::duration longest_nap() const { return {}; }
};

/// Knows its rank and how many there are.
template <class M>
concept has_ranks = requires(const M medium) {
  { medium.rank() } -> std::same_as<int>;
  requires noexcept(medium.rank());
  { medium.size() } -> std::same_as<int>;
  requires noexcept(medium.size());
};

/// `fetch_add`: adds to the lock word at the home and returns what it held before. Atomic, acquires
/// and releases; complete at the home on return. The word knows no other operation.
template <class M>
concept has_lock_word = requires(M medium, std::uint64_t delta) {
  { medium.fetch_add(delta) } -> std::same_as<std::uint64_t>;
};

/// Two words per rank at the home, one for each kind of access. `swap_slot` replaces one and
/// returns what it held, atomically and complete on return; `read_slots` looks at several, each
/// atomically, the whole not.
template <class M>
concept has_slots = requires(M medium, access kind, int rank, std::uint64_t value,
                             std::span<std::uint64_t> many) {
  { medium.swap_slot(kind, rank, value) } -> std::same_as<std::uint64_t>;
  { medium.read_slots(kind, rank, many) } -> std::same_as<void>;
};

/// `next_position`: the next number, 1 at first, of a count at the home. Atomic, complete on return.
template <class M>
concept counts_positions = requires(M medium) {
  { medium.next_position() } -> std::same_as<std::uint64_t>;
};

/// For a rank that waits for its letter whatever else happens.
struct no_look {
  bool operator()() const noexcept { return false; }  ///< there is nothing to see
};

/// One word per rank at the rank itself. `deliver` replaces the words of others, complete on
/// return; `await` waits, looking at its own alone, until it carries `ticket`, and returns it, or
/// nothing when the deadline has passed. Now and then, as often as the medium finds right, it asks
/// `look` besides, and returns nothing if that says yes. What was written before `deliver` is seen
/// after `await`.
template <class M>
concept has_mailboxes = requires(M medium, std::span<const letter> letters, std::uint64_t ticket,
                                 deadline until, idle_archetype idle, no_look look) {
  { medium.deliver(letters) } -> std::same_as<void>;
  { medium.await(ticket, until, idle) } -> std::same_as<std::optional<std::uint64_t>>;
  { medium.await(ticket, until, idle, look) } -> std::same_as<std::optional<std::uint64_t>>;
};

/// `relax`: called before another try to take a turn that somebody else was quicker to take; nothing
/// that was learnt before matters any more.
template <class M>
concept relaxes = requires(M medium) {
  { medium.relax() } -> std::same_as<void>;
};

/// `look` at the lock word, a hint, with `pause` between looks; and how often to look, and how far
/// ranks that are awake may go (see `barging_lock`).
template <class M>
concept can_be_looked_at = requires(M medium, int looks) {
  { medium.look() } -> std::same_as<std::uint64_t>;
  { medium.pause(looks) } -> std::same_as<void>;
  { M::looks } -> std::convertible_to<int>;
  { M::most_passes } -> std::convertible_to<int>;
  { M::most_calls } -> std::convertible_to<int>;
};

/// Where such a lock's state lives. All words begin as 0.
template <class M>
concept medium = has_ranks<M> && has_lock_word<M> && has_slots<M> && counts_positions<M> &&
    has_mailboxes<M> && relaxes<M> && can_be_looked_at<M>;

}  // namespace mpilock
