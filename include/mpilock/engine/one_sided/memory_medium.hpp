#pragma once
/// @file
/// @brief A lock's state in memory that all ranks share.

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "mpilock/engine/checker_note.hpp"
#include "mpilock/engine/lock_word_format.hpp"
#include "mpilock/engine/or_withdraw.hpp"
#include "mpilock/policy/keeps_notes.hpp"
#include "mpilock/policy/mail.hpp"
#include "mpilock/policy/medium.hpp"
#include "mpilock/policy/slot.hpp"
#include "mpilock/policy/word_memory.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// A medium made of CPU atomics, which sleeps in the kernel.
///
/// Layout, in lines: the lock word alone; a mailbox per rank, each alone. Then follow, packed: the
/// slots of readers, those of writers, and the counter of positions.
template <word_memory Memory>
class memory_medium {
 public:
  template <class... Args>
  memory_medium(int rank, int size, Args&&... args)
      : rank_(rank), size_(size), memory_(std::forward<Args>(args)...) {}

  int rank() const noexcept { return rank_; }
  int size() const noexcept { return size_; }

  /// The number of words of memory that the medium takes.
  /// @throws unavailable_error for more ranks than a lock word has room for
  static std::size_t words_for(int ranks) {
    static_cast<void>(lock_word_format(ranks));
    const auto count = static_cast<std::size_t>(ranks);
    return (1 + count) * Memory::words_per_line + 2 * count + 1;
  }

  /// (1) Acquires what the rank that left last released, and releases to the next rank. Every
  /// change of the lock word is a read-modify-write, so all changes form one release sequence.
  std::uint64_t fetch_add(std::uint64_t delta, call_site from = call_site::current()) {
    return memory_.fetch_add(lock_word_at, delta, std::memory_order_acq_rel, from);
  }

  std::uint64_t swap_slot(access kind, int rank, std::uint64_t value,
                          call_site from = call_site::current()) {
    return memory_.exchange(slot_at(kind, rank), value, std::memory_order_acq_rel, from);
  }

  /// Acquires, so that a slot that was published before another one is seen with it.
  void read_slots(access kind, int first, std::span<std::uint64_t> slots) {
    std::size_t next = slot_at(kind, first);
    std::uint64_t seen = 0;
    for (std::uint64_t& each : slots) {
      const checker_note keeping(memory_, seen);
      each = memory_.load(next++, std::memory_order_acquire);
      seen = slot::outline(seen, each);
    }
  }

  std::uint64_t next_position(call_site from = call_site::current()) {
    return memory_.fetch_add(line_at(), 1, std::memory_order_relaxed, from) + 1;
  }

  /// (2) Releases to the receiver, which acquires at (3). The exchange tells whether the receiver
  /// went to sleep before it. If the receiver goes to sleep afterwards, the kernel sees the new
  /// value and sends it back.
  void deliver(std::span<const letter> letters) {
    for (const letter& each : letters) {
      const std::size_t box = mailbox_at(each.to);
      const auto before = memory_.exchange(box, each.contents, std::memory_order_acq_rel);
      if ((before & mail::asleep) != 0) memory_.wake(box);
    }
  }

  /// Stays awake at first, as long as that pays. Then sleeps, and calls `look` at the end of each
  /// nap. A letter that comes after the last look awake is found when this rank says that it sleeps
  /// (3).
  template <class Clock, class Idle, class Look = no_look>
  std::optional<std::uint64_t> await(std::uint64_t ticket, basic_deadline<Clock> until, Idle& idle,
                                     Look look = {}, bool lock_lies_idle = false) {
    const std::size_t box = mailbox_at(rank_);
    const auto arrived = [&](std::uint64_t bits) { return mail::unpack(bits).ticket == ticket; };
    std::uint64_t seen = 0;
    const auto sees_it = [&] {
      return arrived(seen = memory_.load(box, std::memory_order_acquire));  // (3)
    };
    if (memory_.stays_awake(sees_it, until, lock_lies_idle)) return seen;
    for (;;) {
      const auto bits = memory_.fetch_or(box, mail::asleep, std::memory_order_acq_rel);  // (3)
      const checker_note keeping(memory_, bits);
      const auto sleep = [&] {
        const auto nap = until.left(
            std::min<std::chrono::steady_clock::duration>(Memory::longest_nap, idle.longest_nap()));
        const bool is_over = memory_.sleep(box, bits | mail::asleep, nap);
        const checker_note keeping_over(memory_, is_over ? 1 : 0);
        idle.idle();
        return is_over && look();
      };
      if (arrived(bits) || until.passed() || or_withdraw(sleep, [&] { wake_up(); })) {
        const auto last = wake_up();
        return arrived(last) ? std::optional(last) : std::nullopt;
      }
    }
  }

  /// Looks at the lock word again and again, for about as long as a very short section takes. (1)
  /// Acquires, as an addition does.
  template <class Condition>
  bool await_word(Condition holds_for) {
    for (int i = 0; i < Memory::looks_of_next; ++i) {
      if (holds_for(memory_.load(lock_word_at, std::memory_order_acquire))) return true;
      memory_.relax();
    }
    return false;
  }

  void relax() { memory_.relax(); }

  /// A hint: the value of the lock word. Changes nothing and orders nothing.
  std::uint64_t look() { return memory_.load(lock_word_at, std::memory_order_relaxed); }
  /// Passes time between looks, twice as much before each further look.
  void pause(int looks) {
    for (int i = 0; i < 1 << looks; ++i) memory_.relax();
  }
  static constexpr int looks = Memory::looks;
  static constexpr int most_passes = Memory::most_passes;
  static constexpr int most_calls = Memory::most_calls;

  Memory& memory() noexcept { return memory_; }

  /// For checkers: passed on to where the words are.
  void keep(std::uint64_t value) requires keeps_notes<Memory> { memory_.keep(value); }
  void forget() requires keeps_notes<Memory> { memory_.forget(); }

 private:
  /// From now on, letters for this rank need not wake it. (3) One may have arrived. @return the
  /// mailbox
  std::uint64_t wake_up() {
    return memory_.fetch_and(mailbox_at(rank_), ~mail::asleep, std::memory_order_acq_rel);
  }

  static constexpr std::size_t lock_word_at = 0;

  std::size_t mailbox_at(int rank) const noexcept {
    return (1 + static_cast<std::size_t>(rank)) * Memory::words_per_line;
  }
  std::size_t slot_at(access kind, int rank) const noexcept {
    return mailbox_at(size_) +
           static_cast<std::size_t>(kind == access::write ? size_ + rank : rank);
  }

  std::size_t line_at() const noexcept { return slot_at(access::write, size_); }

  int rank_;
  int size_;
  Memory memory_;
};

}  // namespace mpilock
