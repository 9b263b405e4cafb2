#pragma once
// An in-process medium: threads play the ranks, so the one-sided engine runs without MPI, as fast as
// the machine interleaves it.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "mpilock/access.hpp"
#include "mpilock/concepts/medium.hpp"
#include "mpilock/deadline.hpp"
#include "mpilock/engine/mail.hpp"

namespace unit {

/// The home of a lock's words, and everybody's mailbox.
struct words {
  explicit words(int ranks) : size(ranks), slots(2 * count()), mailboxes(count()) {}
  std::size_t count() const { return static_cast<std::size_t>(size); }

  int size;
  std::atomic<std::uint64_t> lock_word = 0;
  std::vector<std::atomic<std::uint64_t>> slots;
  std::vector<std::atomic<std::uint64_t>> mailboxes;
};

class thread_medium {
 public:
  thread_medium(words& home, int rank) : home_(home), rank_(rank) {}

  int rank() const noexcept { return rank_; }
  int size() const noexcept { return home_.size; }

  std::uint64_t fetch_add(std::uint64_t delta) { return home_.lock_word.fetch_add(delta); }

  std::uint64_t swap_slot(mpilock::access kind, int rank, std::uint64_t value) {
    return home_.slots[slot(kind, rank)].exchange(value);
  }
  void read_slots(mpilock::access kind, int first, std::span<std::uint64_t> seen) {
    for (std::size_t i = 0; i < seen.size(); ++i) seen[i] = home_.slots[slot(kind, first) + i];
  }

  void relax() { std::this_thread::yield(); }

  void deliver(std::span<const mpilock::letter> letters) {
    for (const auto& each : letters)
      home_.mailboxes[static_cast<std::size_t>(each.to)] = each.contents;
  }

  template <class Idle>
  std::optional<std::uint64_t> await(std::uint64_t ticket, mpilock::deadline until, Idle& idle) {
    for (;;) {
      const std::uint64_t bits = home_.mailboxes[static_cast<std::size_t>(rank_)];
      if (mpilock::mail::unpack(bits).ticket == ticket) return bits;
      if (until.passed()) return std::nullopt;
      idle.idle();
    }
  }

 private:
  std::size_t slot(mpilock::access kind, int rank) const {
    return (kind == mpilock::access::write ? home_.count() : 0) + static_cast<std::size_t>(rank);
  }

  words& home_;
  int rank_;
};
static_assert(mpilock::medium<thread_medium>);

/// More threads than cores, so whoever waits gives its core away.
struct yielding {
  void idle() { std::this_thread::yield(); }
};

}  // namespace unit
