#pragma once
/// @file
/// @brief Nesting, upgrade and downgrade, on top of any end of a lock.

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock {
namespace detail {

/// A section should be ended that is not open. The controller knows which call it was, and says so.
class not_held final : public usage_error {
 public:
  explicit not_held(access kind)
      : usage_error(std::string("no ") + to_string(kind) + " section is open"), kind_(kind) {}

  access kind() const noexcept { return kind_; }

 private:
  access kind_;
};

}  // namespace detail

/// Counts what one rank holds; only the outermost changes reach the lock, the rest are local.
///
/// | held    | + read          | + write          | - read (last) | - write (last)             |
/// | ------- | --------------- | ---------------- | ------------- | -------------------------- |
/// | nothing | `acquire(read)` | `acquire(write)` | error         | error                      |
/// | reads   | local           | `upgrade()`      | `release`     | error                      |
/// | writes  | local           | local            | error         | `release`                  |
/// | both    | local           | local            | local         | `downgrade()`: a reader again |
///
/// So locks may be released in any order. Without a lock (a communicator of one rank) the same
/// table holds and nothing is shared with anybody.
template <class Lock>
class reentrant_lock {
 public:
  static constexpr std::uint32_t deepest = 1'000'000;  ///< nested sections of a kind

  /// @return whether the section is nested, or the lock lets it in at once. If not, `settle` must
  /// follow
  /// @throws usage_error if `deepest` sections are nested already
  bool arrive(access kind) {
    if (nests(kind)) return true;
    if (reads_ > 0 || !lock_ || !lock_->arrive(kind)) return false;
    count_of(kind).enter();
    return true;
  }

  /// @return false if the deadline passed first; what was held before is held still
  template <class Clock, class Idle>
  bool settle(access kind, basic_deadline<Clock> until, Idle& idle) {
    const bool is_inside =
        !lock_ || (reads_ > 0 ? lock_->upgrade(until, idle) : lock_->settle(kind, until, idle));
    if (is_inside) count_of(kind).enter();
    return is_inside;
  }

  /// @throws not_held, a usage_error, if no such section is open
  [[gnu::always_inline]] void release(access kind) {
    section_count& count = count_of(kind);
    if (count == 0) [[unlikely]]
      refuse_end(kind);
    count.leave();  // first: if MPI fails below, a second unlock must not make matters worse
    if (writes_ > 0 || (kind == access::read && reads_ > 0)) return;
    if (!lock_) {
      if (kind == access::write) ++alone_sections_;
    } else if (kind == access::write && reads_ > 0) {
      lock_->downgrade();
    } else {
      lock_->release(kind);
    }
  }

  /// Ends a write section and begins a read section, with no gap.
  /// @throws usage_error if no write section is open (`not_held`), or `deepest` read sections are
  void downgrade() {
    if (writes_ == 0) [[unlikely]]
      refuse_end(access::write);
    nests(access::read);
    release(access::write);
  }

  /// Sections of a kind entered so far, nested ones included.
  std::uint64_t entered(access kind) const noexcept {
    return (kind == access::read ? reads_ : writes_).entered();
  }

  bool is_held() const noexcept { return reads_ + writes_ > 0; }
  bool is_held(access kind) const noexcept {
    return kind == access::read ? reads_ > 0 : writes_ > 0;
  }

  /// For messages; any thread may ask.
  const char* describe() const noexcept {
    if (writes_ == 0) return reads_ > 0 ? "holds a read lock" : "holds nothing";
    return reads_ > 0 ? "holds a write lock and a read lock" : "holds a write lock";
  }

  /// Write sections granted so far, as far as this rank knows; exact while it holds a lock.
  std::uint64_t epoch() const noexcept {
    return (lock_ ? lock_->sections() : alone_sections_) + (writes_ > 0 ? 1 : 0);
  }

  std::optional<Lock>& lock_end() noexcept { return lock_; }
  const std::optional<Lock>& lock_end() const noexcept { return lock_; }

 private:
  /// Changed by the owner alone, but another thread may look, to tell what this rank holds. One
  /// word, so that to count all sections costs nothing beside counting the open ones.
  ///
  /// | bits    | field                                       |
  /// | ------- | ------------------------------------------- |
  /// | 0 … 19  | sections that are open, `deepest` at most   |
  /// | 20 … 63 | sections entered so far, modulo 2^44        |
  class section_count {
   public:
    operator std::uint32_t() const noexcept {
      return static_cast<std::uint32_t>(bits() & (one_entered - 1));
    }
    static bool any(const section_count& a, const section_count& b) noexcept {
      return ((a.bits() | b.bits()) & (one_entered - 1)) != 0;
    }
    std::uint64_t entered() const noexcept { return bits() / one_entered; }
    void enter() noexcept { add(one_entered + 1); }
    void leave() noexcept { add(-std::uint64_t{1}); }

   private:
    static constexpr std::uint64_t one_entered = std::uint64_t{1} << 20;
    static_assert(deepest < one_entered);

    std::uint64_t bits() const noexcept { return bits_.load(std::memory_order_relaxed); }
    void add(std::uint64_t difference) noexcept {
      bits_.store(bits() + difference, std::memory_order_relaxed);
    }

    std::atomic<std::uint64_t> bits_ = 0;
  };

  /// Opens a section that needs nobody's leave, if it is one.
  bool nests(access kind) {
    const bool is_local = kind == access::read ? section_count::any(reads_, writes_) : writes_ > 0;
    if (!is_local) return false;
    section_count& count = count_of(kind);
    if (count == deepest) [[unlikely]]
      refuse_depth(kind);
    count.enter();
    return true;
  }

  section_count& count_of(access kind) noexcept { return kind == access::read ? reads_ : writes_; }

  // Out of line, so that the way past them is short.
  [[noreturn, gnu::noinline]] static void refuse_depth(access kind) {
    throw usage_error("cannot nest more than " + std::to_string(deepest) + " " + to_string(kind) +
                      " sections; is an unlock missing?");
  }
  [[noreturn, gnu::noinline]] static void refuse_end(access kind) { throw detail::not_held(kind); }

  std::optional<Lock> lock_;  // none on a communicator of one rank
  section_count reads_;
  section_count writes_;
  std::uint64_t alone_sections_ = 0;
};

}  // namespace mpilock
