#pragma once
/// @file
/// @brief How long a rank that waits stays awake before it falls asleep.

#include <algorithm>
#include <chrono>
#include <thread>

#include "mpilock/os/cpu_relax.hpp"

namespace mpilock::detail {

/// Decides how long a rank stays awake, and learns from its waits.
///
/// Where each rank of the node has a core, a rank stays awake for as long as it takes to wake up
/// all of them, one after the other. A lock that is handed around among sleeping ranks needs that
/// long for a round. So ranks that have all fallen asleep, behind one long section, stay awake
/// again afterwards. With more ranks than cores, a rank that is awake takes the core of another
/// rank, so it sleeps soon.
///
/// Each time that the rank has stayed awake in vain halves the time, and each success doubles it.
/// So a rank that waits behind long sections hardly burns anything. Now and then it stays awake
/// for the full time, to learn whether its waits have become short.
class awake_time {
 public:
  using clock = std::chrono::steady_clock;

  /// @param ranks on this node
  /// @param cores for all of these ranks together
  awake_time(int ranks, int cores)
      : most_(ranks <= cores ? std::min<clock::duration>(ranks * time_to_wake_up(), ceiling)
                             : time_to_wake_up() / 8),
        usual_(most_) {}

  /// Looks again and again while it pays to stay awake, and for `longest` at most.
  /// @return whether a look was successful
  template <class Look>
  bool watch(Look&& look, clock::duration longest) {
    const bool tries = in_vain_ % waits_between_tries == waits_between_tries - 1;
    const clock::duration limit = std::min(tries ? most_ : usual_, longest);
    const auto begin = clock::now();
    do {
      for (int i = 0; i < looks_by_the_clock; ++i) {
        if (look()) {
          in_vain_ = 0;
          usual_ = std::min(most_, std::max(2 * usual_, most_ / 16));
          return true;
        }
        cpu_relax();
      }
    } while (clock::now() - begin < limit);
    ++in_vain_;
    usual_ /= 2;
    return false;
  }

 private:
  static constexpr int looks_by_the_clock = 16;  // a look at the clock takes longer
  static constexpr unsigned waits_between_tries = 16;
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

  clock::duration most_;
  clock::duration usual_;
  unsigned in_vain_ = 0;  // times, one after the other
};

}  // namespace mpilock::detail
