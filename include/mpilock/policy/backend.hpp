#pragma once
/// @file
/// @brief What a backend must offer: a lock for any fairness policy, built by all ranks together.
/// @ingroup policy

#include <concepts>
#include <cstdint>
#include <string_view>

#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/policy/lock_site.hpp"
#include "mpilock/policy/medium.hpp"
#include "mpilock/policy/named_policy.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock {

/// Enters, in two parts. `arrive` is short and waits for no turn. It returns whether the rank is
/// inside; a lock that can't decide at once returns false. `settle` must follow then, and waits. It
/// returns false only if the deadline passed first, with nothing left behind.
template <class L>
concept arrives_and_settles = requires(L lock, access kind, deadline until, idle_archetype idle) {
  { lock.arrive(kind) } -> std::same_as<bool>;
  { lock.settle(kind, until, idle) } -> std::same_as<bool>;
};

/// Leaves. `release` is local and does not wait for other ranks.
template <class L>
concept releases = requires(L lock, access kind) {
  { lock.release(kind) } -> std::same_as<void>;
};

/// Changes mode while inside. A `upgrade` that returns false has left the rank reading.
template <class L>
concept upgrades_and_downgrades = requires(L lock, deadline until, idle_archetype idle) {
  { lock.upgrade(until, idle) } -> std::same_as<bool>;
  { lock.downgrade() } -> std::same_as<void>;
};

/// Knows how many write sections had been completed when this rank last touched the lock.
template <class L>
concept counts_sections = requires(const L lock) {
  { lock.sections() } -> std::same_as<std::uint64_t>;
  requires noexcept(lock.sections());
};

/// Knows, as a hint, whether another rank waits to write. Asked only while this rank is inside;
/// must not wait for a rank that may be busy, where the backend can do without.
template <class L>
concept tells_who_waits = requires(L lock) {
  { lock.writer_waits() } -> std::same_as<bool>;
};

/// Gives its resources back; collective, nobody inside or waiting.
template <class L>
concept frees = requires(L lock, idle_archetype idle) {
  { lock.free(idle) } -> std::same_as<void>;
};

/// Tells which backend it is in the end; what `backend_name()` says.
template <class L>
concept tells_its_name = requires(const L lock) {
  { lock.name() } -> std::same_as<std::string_view>;
  requires noexcept(lock.name());
};

/// A rank's end of a lock.
template <class L>
concept lock_end =
    arrives_and_settles<L> && releases<L> && upgrades_and_downgrades<L> && counts_sections<L> &&
    tells_who_waits<L> && frees<L> && tells_its_name<L> && std::derived_from<L, progress_source>;

/// Does not hide the optional functions of `progress_source` behind others of the same name.
template <class L>
concept advances_as_declared = requires(L lock, const L seen) {
  { seen.advances() } -> std::same_as<int>;
  requires noexcept(seen.advances());
  { lock.serve_arrived() } -> std::same_as<bool>;
};

/// Can be built, by all ranks together.
template <class L>
concept built_at_a_site = requires(const lock_site& site) {
  L(site);
};

/// Has a lock for this fairness policy.
template <class B, class Fairness>
concept has_lock_for = requires {
  typename B::template lock<Fairness>;
};

/// Optional: says with `static constexpr bool needs_one_node` whether it can be built only where
/// all ranks are on one node. The conformance suite leaves it out elsewhere.
template <class B>
concept states_nodes = requires {
  { B::needs_one_node } -> std::same_as<const bool&>;
};

/// What it says, or false.
template <class B>
consteval bool needs_one_node() {
  if constexpr (states_nodes<B>)
    return B::needs_one_node;
  else
    return false;
}

/// Offers `lock<Fairness>`, built collectively from a `lock_site`; a construction that fails throws
/// `unavailable_error` on every rank.
/// @see docs/writing_a_policy.md
template <class B, class Fairness>
concept backend_for =
    named_policy<B> && has_lock_for<B, Fairness> && lock_end<typename B::template lock<Fairness>> &&
    built_at_a_site<typename B::template lock<Fairness>>;

/// Explains at compile time what a type lacks to be a backend.
template <class B, class Fairness>
consteval bool require_backend() {
  static_assert(named_policy<B>,
                "mpilock: this backend lacks `static constexpr std::string_view name`");
  static_assert(
      states_nodes<B> || !requires { B::needs_one_node; },
      "mpilock: this backend's `needs_one_node` must be a `static constexpr bool`");
  static_assert(has_lock_for<B, Fairness> || !fairness_policy<Fairness>,
                "mpilock: this backend lacks `template <mpilock::fairness_policy F> class lock`");
  if constexpr (has_lock_for<B, Fairness>) {
    using lock = typename B::template lock<Fairness>;
    static_assert(
        built_at_a_site<lock>,
        "mpilock: this backend's lock lacks a constructor from `const mpilock::lock_site&`");
    static_assert(arrives_and_settles<lock>,
                  "mpilock: this backend's lock lacks `bool arrive(access)` or "
                  "`bool settle(access, deadline, Idle&)`");
    static_assert(releases<lock>, "mpilock: this backend's lock lacks `void release(access)`");
    static_assert(upgrades_and_downgrades<lock>,
                  "mpilock: this backend's lock lacks `bool upgrade(deadline, Idle&)` or "
                  "`void downgrade()`");
    static_assert(counts_sections<lock>,
                  "mpilock: this backend's lock lacks `std::uint64_t sections() const noexcept`");
    static_assert(tells_who_waits<lock>,
                  "mpilock: this backend's lock lacks `bool writer_waits()`");
    static_assert(frees<lock>, "mpilock: this backend's lock lacks `void free(Idle&)`");
    static_assert(tells_its_name<lock>,
                  "mpilock: this backend's lock lacks `std::string_view name() const noexcept`");
    static_assert(
        advances_as_declared<lock>,
        "mpilock: this backend's lock has an `advances` or a `serve_arrived` of its own that is "
        "not "
        "that of `mpilock::progress_source`: `int advances() const noexcept override`, `bool "
        "serve_arrived() override`");
    static_assert(std::derived_from<lock, progress_source>,
                  "mpilock: this backend's lock does not derive from `mpilock::progress_source`");
  }
  return true;
}

}  // namespace mpilock
