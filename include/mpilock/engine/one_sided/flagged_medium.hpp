#pragma once
/// @file
/// @brief The shared-memory medium, with a flag per rank.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "mpilock/engine/checker_note.hpp"
#include "mpilock/engine/one_sided/memory_medium.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// Behind the words of `memory_medium` follows a line for each rank's flag:
///
/// | bit | field                                                                             |
/// | --- | --------------------------------------------------------------------------------- |
/// | 0   | `raised`: its owner reads, or has announced a read and does not know the answer   |
/// | 1   | `watched`: a writer sleeps until the flag is lowered; then the owner wakes it     |
template <word_memory Memory>
class flagged_medium : public memory_medium<Memory> {
  using base = memory_medium<Memory>;

 public:
  using base::memory, base::rank, base::size;

  template <class... Args>
  flagged_medium(int rank, int size, Args&&... args)
      : base(rank, size, std::forward<Args>(args)...), flags_at_(flags_after(size)) {}

  static std::size_t words_for(int ranks) {
    return flags_after(ranks) + static_cast<std::size_t>(ranks) * Memory::words_per_line;
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
    if ((before & watched) != 0) [[unlikely]]
      wake(mine);
  }

  /// (6) A rank that is counted in the lock word as a reader, and is inside, lets readers enter by
  /// their flags. It is one more change of the lock word, as in (1).
  void set_bias(std::uint64_t bias) { memory().fetch_or(0, bias, std::memory_order_acq_rel); }

  /// Now, in nanoseconds, on the clock that all ranks of the node share.
  static std::uint64_t now() {
    return static_cast<std::uint64_t>(
        std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count());
  }
  /// A guess: whether the last sweep is so long ago that another one would cost little.
  bool bias_pays() { return now() >= memory().hint().load(std::memory_order_relaxed); }
  /// The same, when a sweep that began at `begin` ends.
  bool sweep_has_paid(std::uint64_t begin) {
    const std::uint64_t end = now();
    return begin >=
           memory().hint().exchange(end + least_gap * (end - begin), std::memory_order_relaxed);
  }

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
  [[gnu::noinline]] void wake(std::size_t flag) { memory().wake(flag); }

  /// Clears the bit of a flag that was down. If the flag is up again, the bit may by now belong to
  /// another writer. That writer is woken, and sets the bit again.
  void stop_watching(std::size_t flag) {
    const auto left = memory().fetch_and(flag, ~watched, std::memory_order_seq_cst);
    if ((left & raised) != 0) memory().wake(flag);
  }

  /// Sweeps take at most a third of the time. One read that needs no other rank's line saves about
  /// half of what a sweep takes with two ranks. So the bias pays up to 5 to 10 % of writers.
  static constexpr std::uint64_t least_gap = 2;

  static constexpr std::uint64_t raised = 1;
  static constexpr std::uint64_t watched = 2;

  static std::size_t flags_after(int ranks) {
    const std::size_t line = Memory::words_per_line;
    return (base::words_for(ranks) + line - 1) / line * line;
  }
  std::size_t flag_at(int owner) const {
    return flags_at_ + static_cast<std::size_t>(owner) * Memory::words_per_line;
  }

  std::size_t flags_at_;
};

}  // namespace mpilock
