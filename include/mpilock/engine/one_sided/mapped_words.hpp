#pragma once
/// @file
/// @brief Atomic words in a shared segment, and sleep until another process changes a word.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "mpilock/engine/one_sided/core_roll.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/shared_segment.hpp"
#include "mpilock/os/awake_time.hpp"
#include "mpilock/os/cpu_relax.hpp"
#include "mpilock/os/futex.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock::detail {

/// The `word_memory` of real processes.
class mapped_words {
  static_assert(
      std::atomic_ref<std::uint64_t>::is_always_lock_free,
      "mpilock: this processor has no atomic operations on 64 bits; those of the compiler's "
      "library take a lock in each process, so that ranks wouldn't exclude each other. "
      "Compile for a processor that has them, for example with -march=i586 or -march=native");

 public:
  static constexpr std::size_t words_per_line = 64 / sizeof(std::uint64_t);
  /// Takes some microseconds in all, less than to fall asleep and wake up.
  static constexpr int looks = 7;
  /// Takes a microsecond or two on x86-64. Few, because a rank that is next, and has lost its core,
  /// keeps all others waiting.
  static constexpr int looks_of_next = 64;
  /// Takes some tenths of a millisecond, more than to wake up.
  static constexpr int most_passes = 1 << 14;
  static constexpr int most_calls = 16;
  /// Short, so that another rank soon takes a lock that is free because a called rank is stopped.
  static constexpr std::chrono::milliseconds longest_nap{8};

  /// Collective. Allocates one line more than needed, because MPI promises no alignment. Pages are
  /// mapped whole, so the words begin at the same offset for all ranks. Behind them are a line for
  /// the hint, and the roll of cores.
  mapped_words(const communicator& comm, int owner, std::size_t words)
      : segment_(comm, owner,
                 (words + core_roll::words + 2 * words_per_line) * sizeof(std::uint64_t)),
        words_(aligned(segment_.base())),
        hint_(words_ + words),
        roll_(hint_ + words_per_line, comm.size()) {}

  std::uint64_t load(std::size_t word, std::memory_order order) { return at(word).load(order); }
  std::uint64_t fetch_add(std::size_t word, std::uint64_t value, std::memory_order order,
                          call_site = {}) {
    return at(word).fetch_add(value, order);
  }
  std::uint64_t fetch_or(std::size_t word, std::uint64_t value, std::memory_order order) {
    return at(word).fetch_or(value, order);
  }
  std::uint64_t fetch_and(std::size_t word, std::uint64_t value, std::memory_order order) {
    return at(word).fetch_and(value, order);
  }
  std::uint64_t exchange(std::size_t word, std::uint64_t value, std::memory_order order,
                         call_site = {}) {
    return at(word).exchange(value, order);
  }

  bool sleep(std::size_t word, std::uint64_t expected,
             std::chrono::steady_clock::duration longest) {
    const bool is_over = futex::wait(words_[word], expected, longest);
    if (awake_) awake_->has_slept();
    return is_over;
  }
  void wake(std::size_t word) { futex::wake(words_[word]); }
  void relax() { cpu_relax(); }
  template <class Answer>
  static bool guess(Answer&& is_likely) {
    return is_likely();
  }
  std::atomic_ref<std::uint64_t> hint() { return std::atomic_ref(*hint_); }

  /// Until all ranks have entered their cores, no rank stays awake.
  template <class Look>
  bool stays_awake(Look&& look, deadline until, bool lock_lies_idle) {
    if (!awake_ && roll_.is_complete()) awake_.emplace(roll_.ranks(), roll_.cores());
    return awake_ && awake_->watch(look, until.left(), lock_lies_idle);
  }

  /// Collective.
  void free() { segment_.free(); }

 private:
  static std::uint64_t* aligned(void* base) {
    constexpr std::uintptr_t bytes = words_per_line * sizeof(std::uint64_t);
    const auto beyond_a_line = reinterpret_cast<std::uintptr_t>(base) % bytes;
    auto* const first = static_cast<std::byte*>(base);
    return reinterpret_cast<std::uint64_t*>(first + (bytes - beyond_a_line) % bytes);
  }

  std::atomic_ref<std::uint64_t> at(std::size_t word) { return std::atomic_ref(words_[word]); }

  shared_segment segment_;
  std::uint64_t* words_;
  std::uint64_t* hint_;
  core_roll roll_;
  std::optional<awake_time> awake_;  // known once all ranks have entered their cores
};

}  // namespace mpilock::detail
