#pragma once
// Threads play the ranks. They use the engine's own shared-memory medium over words of this
// process. So the engine runs without MPI, at full speed, and a thread sanitizer sees every access.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <thread>
#include <vector>

#include "mpilock/engine/one_sided/memory_medium.hpp"
#include "mpilock/os/futex.hpp"
#include "mpilock/policy/word_memory.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace unit {

/// The words of one lock, in plain memory. Threads change them through `thread_words`.
struct words {
  explicit words(int ranks);

  std::uint64_t at(std::size_t word) { return std::atomic_ref(all[word]).load(); }
  std::uint64_t lock_word() { return at(0); }
  std::uint64_t mailbox(int rank);
  /// Whether a slot holds a ticket.
  bool any_slot_taken();

  int size;
  std::vector<std::uint64_t> all;
};

/// The access of one thread to these words. It uses the memory orders that the medium asks for, and
/// does not order the threads in any other way.
class thread_words {
 public:
  static constexpr std::size_t words_per_line = 8;
  static constexpr int looks = 2;  // few, so that the threads often sleep
  static constexpr int looks_of_next = 2;
  static constexpr int most_passes = 3;  // few, so that every bound is reached
  static constexpr int most_calls = 2;
  static constexpr std::chrono::hours longest_nap{1};  // so that no rank helps itself by chance

  explicit thread_words(words& home) : all_(home.all) {}

  std::uint64_t load(std::size_t word, std::memory_order order) { return at(word).load(order); }
  std::uint64_t fetch_add(std::size_t word, std::uint64_t value, std::memory_order order,
                          mpilock::call_site = {}) {
    return at(word).fetch_add(value, order);
  }
  std::uint64_t fetch_or(std::size_t word, std::uint64_t value, std::memory_order order) {
    return at(word).fetch_or(value, order);
  }
  std::uint64_t fetch_and(std::size_t word, std::uint64_t value, std::memory_order order) {
    return at(word).fetch_and(value, order);
  }
  std::uint64_t exchange(std::size_t word, std::uint64_t value, std::memory_order order,
                         mpilock::call_site = {}) {
    return at(word).exchange(value, order);
  }

  bool sleep(std::size_t word, std::uint64_t expected,
             std::chrono::steady_clock::duration longest) {
    return mpilock::detail::futex::wait(all_[word], expected, longest);
  }
  void wake(std::size_t word) { mpilock::detail::futex::wake(all_[word]); }
  void relax() { std::this_thread::yield(); }
  template <class Answer>
  bool guess(Answer&&) {
    return ++guesses_ % 3 != 0;  // so that the lock is often biased
  }
  std::atomic_ref<std::uint64_t> hint() { return std::atomic_ref(hint_); }
  template <class Look>
  bool stays_awake(Look&& look, mpilock::deadline, bool) {
    return look() || look();  // only two, so that the threads often sleep
  }

 private:
  std::atomic_ref<std::uint64_t> at(std::size_t word) { return std::atomic_ref(all_[word]); }

  std::span<std::uint64_t> all_;
  unsigned guesses_ = 0;
  std::uint64_t hint_ = 0;
};
static_assert(mpilock::word_memory<thread_words>);
using thread_medium = mpilock::memory_medium<thread_words>;

inline words::words(int ranks) : size(ranks), all(thread_medium::words_for(ranks)) {}

inline std::uint64_t words::mailbox(int rank) {
  return at((1 + static_cast<std::size_t>(rank)) * thread_words::words_per_line);
}

inline bool words::any_slot_taken() {
  bool any = false;
  const auto ranks = static_cast<std::size_t>(size);
  const std::size_t first = (1 + ranks) * thread_words::words_per_line;
  for (std::size_t slot = first; slot < first + 2 * ranks; ++slot) any = any || at(slot) != 0;
  return any;
}

/// Its naps are so long that the test fails by time if a sleeper is not woken.
struct sound_sleeper {
  void idle() {}
  std::chrono::steady_clock::duration longest_nap() const { return std::chrono::hours(1); }
};

}  // namespace unit
