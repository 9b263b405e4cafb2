#pragma once
/// @file
/// @brief How long a rank that waits stays awake before it falls asleep.

#include <algorithm>
#include <chrono>
#include <thread>

#include "mpilock/os/cpu_relax.hpp"

namespace mpilock::detail {

/// Decides how long a rank stays awake, and learns from its last wait.
///
/// A rank stays awake for as long as it takes to wake up all ranks of the node, one after the
/// other. A lock that is handed around among sleeping ranks needs that long for a round. So ranks
/// that have all fallen asleep, behind one long section, stay awake again afterwards. If the last
/// wait was longer, this one will be, too, and the rank sleeps soon. So a rank that waits behind
/// long sections hardly burns anything.
///
/// A rank that is awake may keep the core from the very rank that it waits for. So it yields the
/// core between two looks: from the first look on with more ranks than cores, and else, since other
/// programs may have taken the core, after a time in which most waits end. With more ranks than
/// cores it sleeps at once if others can use the lock until it is awake.
class awake_time {
 public:
  using clock = std::chrono::steady_clock;

  /// @param ranks on this node
  /// @param cores for all of these ranks together
  awake_time(int ranks, int cores)
      : lacks_cores_(ranks > cores),
        most_(std::min<clock::duration>(ranks * time_to_wake_up(), ceiling)) {}

  /// A wait begins. Looks again and again while it pays to stay awake, and for `longest` at most.
  /// @param lock_lies_idle whether nobody may be able to use the lock until this rank has seen what
  /// it waits for
  /// @return whether a look was successful
  template <class Look>
  bool watch(Look&& look, clock::duration longest, bool lock_lies_idle) {
    begin_ = clock::now();
    if (lacks_cores_ && !lock_lies_idle) return false;
    const clock::duration limit = std::min(last_was_short_ ? most_ : most_ / 64, longest);
    for (clock::duration spent{0};;) {
      const bool yields = lacks_cores_ || spent > spins_for;
      for (int i = 0; i < (yields ? looks_by_the_yield : looks_by_the_clock); ++i) {
        if (look()) {
          last_was_short_ = true;
          return true;
        }
        cpu_relax();
      }
      if (yields) std::this_thread::yield();
      spent = clock::now() - begin_;
      if (spent >= limit) return false;
    }
  }

  /// A sleep has ended, and with it perhaps the wait.
  void has_slept() { last_was_short_ = clock::now() - begin_ < most_; }

 private:
  static constexpr int looks_by_the_clock = 16;  // a look at the clock takes as long as one of them
  static constexpr int looks_by_the_yield = 4;   // a yield takes much longer than all of them
  static constexpr std::chrono::microseconds spins_for{20};
  static constexpr std::chrono::milliseconds ceiling{1};

  /// The time that a very short sleep takes here: to fall asleep, to wake up, and the kernel's
  /// slack. Measured once in a process.
  static clock::duration time_to_wake_up() {
    static const clock::duration measured = [] {
      clock::duration least = std::chrono::microseconds(200);
      for (int i = 0; i < 3; ++i) {
        const auto begin = clock::now();
        std::this_thread::sleep_for(std::chrono::nanoseconds(1));
        least = std::min(least, clock::now() - begin);
      }
      return std::max<clock::duration>(least, std::chrono::microseconds(20));
    }();
    return measured;
  }

  bool lacks_cores_;
  clock::duration most_;
  clock::time_point begin_{};  // of the wait
  bool last_was_short_ = true;
};

}  // namespace mpilock::detail
