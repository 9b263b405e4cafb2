#pragma once
/// @file
/// @brief Keeps a rank near the home from passing, again and again, those that are far from it.

#include <algorithm>
#include <chrono>
#include <thread>

namespace mpilock {

/// Policies order the ranks that have arrived. A rank that is far from the home takes round trips
/// to leave and to come again, and meanwhile a near rank could enter hundreds of times. So a near
/// rank, after it has left, gives the others a *head start*: it comes again no sooner than a far
/// rank could. This costs nothing while the rank is alone: it begins with a sign of competition,
/// and ends after `most_quiet` arrivals without one.
///
/// The idea is that of a back-off by distance: Radovic and Hagersten, "Hierarchical Backoff Locks
/// for Nonuniform Communication Architectures", HPCA 2003. There far ranks look less often, so that
/// a lock stays near. Here near ranks come less often, so that it doesn't.
class head_start {
  using clock = std::chrono::steady_clock;

 public:
  /// @param length how much longer others take to leave and to come again, as measured. A
  /// measurement may be disturbed, so it counts up to `longest`.
  explicit head_start(clock::duration length)
      : length_(std::min<clock::duration>(length, longest)) {}

  /// Before the rank arrives: waits until the head start is over. `poke` lets MPI make progress,
  /// and says whether there is no more need to wait.
  template <class Poke>
  void give(Poke&& poke) const {
    if (quiet_ >= most_quiet) return;
    while (clock::now() < until_ && !poke()) std::this_thread::yield();
  }

  /// When it has arrived. `others_compete` says whether they do, by what the rank found. It is not
  /// asked where no head start is given.
  template <class Condition>
  void learn(Condition&& others_compete) {
    if (length_ == clock::duration::zero()) return;
    if (others_compete())
      quiet_ = 0;
    else if (quiet_ < most_quiet)
      ++quiet_;
  }

  /// When it has left.
  void begin() {
    if (quiet_ < most_quiet) until_ = clock::now() + length_;
  }

 private:
  /// Far ranks' operations are rare, and late where ranks share cores.
  static constexpr int most_quiet = 64;
  /// Within a cluster, far ranks mostly take less, also over TCP.
  static constexpr clock::duration longest = std::chrono::microseconds(125);

  clock::duration length_;
  clock::time_point until_{};
  int quiet_ = most_quiet;  // arrivals since the last sign of competition
};

}  // namespace mpilock
