#pragma once
/// @file
/// @brief The shared-memory medium, with a flag per rank.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "mpilock/engine/checker_note.hpp"
#include "mpilock/engine/one_sided/memory_medium.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// On the lock word's line, if a line has room, is the bias: 1 if readers may enter by their flags,
/// and writers must look at them. Behind the words of `memory_medium` follows a line for each
/// rank's flag:
///
/// | bit | field                                                                             |
/// | --- | --------------------------------------------------------------------------------- |
/// | 0   | `raised`: its owner reads, or has announced a read and does not know the answer   |
/// | 1   | `watched`: a writer sleeps until the flag is lowered; then the owner wakes it     |
template <word_memory Memory>
class flagged_medium : public memory_medium<Memory> {
  using base = memory_medium<Memory>;

 public:
  using base::base, base::memory, base::rank, base::size;

  static std::size_t words_for(int ranks) {
    const std::size_t flags = static_cast<std::size_t>(ranks) * Memory::words_per_line;
    return flags_at(ranks) + flags + (bias_has_room ? 0 : 1);
  }

  /// As in the base. In addition (4), it has one order with all raised flags and with all looks at
  /// them.
  std::uint64_t fetch_add(std::uint64_t delta, call_site from = call_site::current()) {
    return memory().fetch_add(0, delta, std::memory_order_seq_cst, from);
  }

  /// (4) Raises this rank's flag. A look at the lock word must follow. That look sees the change of
  /// every rank that changed the lock word before it looked at the flag.
  void raise_flag(call_site from = call_site::current()) {
    memory().exchange(flag_at(rank()), raised, std::memory_order_seq_cst, from);
  }
  /// (4) Acquires what the rank that left last released, as in the base.
  std::uint64_t look_after_flag() { return memory().load(0, std::memory_order_seq_cst); }

  /// (5) Releases to the writer that finds the flag down.
  void lower_flag(call_site from = call_site::current()) {
    const std::size_t mine = flag_at(rank());
    const std::uint64_t before = memory().exchange(mine, 0, std::memory_order_acq_rel, from);
    if ((before & watched) != 0) memory().wake(mine);
  }

  /// (6) A rank that reads, and is counted in the lock word, lets readers enter by their flags.
  /// Releases to the reader that sees it, and with it what the rank has acquired.
  void set_bias(call_site from = call_site::current()) {
    memory().exchange(bias_at(), 1, std::memory_order_acq_rel, from);
  }
  /// (6) A writer that is inside ends that. Its departure releases this to all later ranks.
  void revoke_bias(call_site from = call_site::current()) {
    memory().exchange(bias_at(), 0, std::memory_order_relaxed, from);
  }
  /// (6) Acquires.
  bool is_biased() { return memory().load(bias_at(), std::memory_order_acquire) != 0; }

  /// Whether a rank's flag is down. (4), and (5): acquires.
  bool flag_is_down(int owner) {
    return (memory().load(flag_at(owner), std::memory_order_seq_cst) & raised) == 0;
  }

  /// A hint: whether a writer sleeps on this rank's flag.
  bool is_watched() {
    return (memory().load(flag_at(rank()), std::memory_order_relaxed) & watched) != 0;
  }

  /// Waits until a rank's flag is down. @return false if the deadline passed first
  template <class Clock, class Idle>
  bool await_flag(int owner, basic_deadline<Clock> until, Idle& idle) {
    const auto is_down = [&] { return flag_is_down(owner); };
    if (memory().stays_awake(is_down, until, true)) return true;
    const std::size_t flag = flag_at(owner);
    for (;;) {
      if (is_down()) return true;
      if (until.passed()) return false;
      const std::uint64_t found = memory().fetch_or(flag, watched, std::memory_order_seq_cst);
      if ((found & raised) == 0) {
        stop_watching(flag);
        continue;
      }
      memory().sleep(flag, raised | watched, until.left(idle.longest_nap()));
      idle.idle();
    }
  }

 private:
  /// Clears the bit of a flag that was down. If the flag is up again, the bit may by now belong to
  /// another writer. That writer is woken, and sets the bit again.
  void stop_watching(std::size_t flag) {
    const auto left = memory().fetch_and(flag, ~watched, std::memory_order_seq_cst);
    if ((left & raised) != 0) memory().wake(flag);
  }

  static constexpr std::uint64_t raised = 1;
  static constexpr std::uint64_t watched = 2;

  static constexpr bool bias_has_room = Memory::words_per_line > 1;

  static std::size_t flags_at(int ranks) {
    const std::size_t line = Memory::words_per_line;
    return (base::words_for(ranks) + line - 1) / line * line;
  }
  std::size_t bias_at() const {
    return bias_has_room ? 1 : flags_at(size()) + static_cast<std::size_t>(size());
  }
  std::size_t flag_at(int owner) const {
    return flags_at(size()) + static_cast<std::size_t>(owner) * Memory::words_per_line;
  }
};

}  // namespace mpilock
