#pragma once
/// @file
/// @brief What the locks that count in one word run over: words at a home, and a mailbox per rank.
/// @ingroup policy

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>

#include "mpilock/policy/mail.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// The least that a rank can idle with. Media are checked against it.
struct idle_archetype {
  void idle() {}  ///< does nothing
  /// Does not allow any sleep.
  std::chrono::steady_clock::duration longest_nap() const { return {}; }
};

/// Knows its rank and the number of ranks.
template <class M>
concept has_ranks = requires(const M medium) {
  { medium.rank() } -> std::same_as<int>;
  requires noexcept(medium.rank());
  { medium.size() } -> std::same_as<int>;
  requires noexcept(medium.size());
};

/// `fetch_add`: adds to the lock word at the home and returns what it held before. Atomic, acquires
/// and releases; complete at the home on return. Only `biased_lock` also sets a bit. The engine
/// tells where in its source the addition is; a checker shows that, every other medium drops it.
template <class M>
concept has_lock_word = requires(M medium, std::uint64_t delta, call_site from) {
  { medium.fetch_add(delta, from) } -> std::same_as<std::uint64_t>;
};

/// Two words per rank at the home, one for each kind of access. `swap_slot` replaces one word and
/// returns the value before; it is atomic, and complete on return. `read_slots` reads several
/// words; each read is atomic, but all together are not.
template <class M>
concept has_slots = requires(M medium, access kind, int rank, std::uint64_t value,
                             std::span<std::uint64_t> many) {
  { medium.swap_slot(kind, rank, value) } -> std::same_as<std::uint64_t>;
  { medium.read_slots(kind, rank, many) } -> std::same_as<void>;
};

/// `next_position` returns the next number of a counter at the home, which begins with 1. It is
/// atomic, and complete on return.
template <class M>
concept counts_positions = requires(M medium) {
  { medium.next_position() } -> std::same_as<std::uint64_t>;
};

/// Used by a rank that waits for its letter only.
struct no_look {
  bool operator()() const noexcept { return false; }  ///< always no
};

/// One word per rank, at the rank itself.
///
///  - `deliver` replaces the words of other ranks. It is complete on return.
///  - `await` reads this rank's own word only, until that word carries `ticket`, and returns the
///    word. It returns nothing when the deadline has passed. As often as the medium chooses, it
///    also calls `look`, and returns nothing if the answer is yes.
///
/// Whatever a rank wrote before `deliver` is visible to the receiver after `await`.
template <class M>
concept has_mailboxes = requires(M medium, std::span<const letter> letters, std::uint64_t ticket,
                                 deadline until, idle_archetype idle, no_look look) {
  { medium.deliver(letters) } -> std::same_as<void>;
  { medium.await(ticket, until, idle) } -> std::same_as<std::optional<std::uint64_t>>;
  { medium.await(ticket, until, idle, look, true) } -> std::same_as<std::optional<std::uint64_t>>;
};

/// `relax` is called before a rank tries again to take a turn that another rank took first. Nothing
/// that the rank learnt before matters any more.
template <class M>
concept relaxes = requires(M medium) {
  { medium.relax() } -> std::same_as<void>;
};

/// `look` reads the lock word as a hint, and `pause` passes the time between two looks. The
/// constants limit the looks, and how far ranks that are awake may pass others (see
/// `barging_lock`).
template <class M>
concept can_be_looked_at = requires(M medium, int looks) {
  { medium.look() } -> std::same_as<std::uint64_t>;
  { medium.pause(looks) } -> std::same_as<void>;
  { M::looks } -> std::convertible_to<int>;
  { M::most_passes } -> std::convertible_to<int>;
  { M::most_calls } -> std::convertible_to<int>;
};

/// Optional: looks at the lock word again and again, for a moment, and returns true as soon as
/// `holds_for(word)` does. Each look acquires.
template <class M>
concept awaits_word = requires(M medium, bool (&holds_for)(std::uint64_t)) {
  { medium.await_word(holds_for) } -> std::same_as<bool>;
};

/// Where the state of such a lock lives. All words are 0 in the beginning.
template <class M>
concept medium = has_ranks<M> && has_lock_word<M> && has_slots<M> && counts_positions<M> &&
    has_mailboxes<M> && relaxes<M> && can_be_looked_at<M>;

}  // namespace mpilock
