#pragma once
/// @file
/// @brief What the shared-memory medium runs over: words that the processors of all ranks reach.
/// @ingroup policy

#include <atomic>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// Atomic operations on words, with the memory orders of C++. Two of them accept the call site that
/// they come from.
template <class M>
concept has_atomic_words = requires(M memory, std::size_t word, std::uint64_t value,
                                    std::memory_order order, call_site from) {
  { memory.load(word, order) } -> std::same_as<std::uint64_t>;
  { memory.fetch_add(word, value, order, from) } -> std::same_as<std::uint64_t>;
  { memory.fetch_or(word, value, order) } -> std::same_as<std::uint64_t>;
  { memory.fetch_and(word, value, order) } -> std::same_as<std::uint64_t>;
  { memory.exchange(word, value, order, from) } -> std::same_as<std::uint64_t>;
};

/// `sleep` compares the low half of the word with the low half of `expected`. If they are equal, it
/// sleeps until `wake`, or for `longest`. Comparing and falling asleep are one atomic step. It may
/// return early without a reason. It returns whether it slept for the whole time, and true if it
/// can't tell.
template <class M>
concept puts_to_sleep = requires(M memory, std::size_t word, std::uint64_t expected,
                                 std::chrono::steady_clock::duration longest) {
  { memory.sleep(word, expected, longest) } -> std::same_as<bool>;
  { memory.wake(word) } -> std::same_as<void>;
  { memory.relax() } -> std::same_as<void>;  // called between two looks at a word
};

/// `stays_awake` calls `look` again and again as long as it pays to stay awake, but no longer than
/// `until`. It returns true as soon as `look` does, else false. Then the rank sleeps. It is told
/// whether the lock may lie idle until this rank has seen what it waits for.
template <class M>
concept stays_awake_first = requires(M memory, bool (&look)(), deadline until,
                                     bool lock_lies_idle) {
  { memory.stays_awake(look, until, lock_lies_idle) } -> std::same_as<bool>;
};

/// `guess` answers as `is_likely` does. It is asked where both ways are right, and one is quicker.
/// So a checker, or a test, may answer otherwise, and need not call `is_likely`. `hint` is a word
/// that all ranks share, 0 in the beginning. Only guesses may depend on it.
template <class M>
concept guesses = requires(M memory, bool (&is_likely)()) {
  { memory.guess(is_likely) } -> std::same_as<bool>;
  { memory.hint() } -> std::same_as<std::atomic_ref<std::uint64_t>>;
};

/// Words in memory that all ranks share, all 0 in the beginning. One cache line holds
/// `words_per_line` words. A waiting rank sleeps no longer than `longest_nap` before it looks at
/// the lock word. `barging_lock` explains `looks`, `looks_of_next`, `most_passes` and `most_calls`.
template <class M>
concept word_memory =
    has_atomic_words<M> && puts_to_sleep<M> && stays_awake_first<M> && guesses<M> && requires {
  { M::words_per_line } -> std::convertible_to<std::size_t>;
  { M::longest_nap } -> std::convertible_to<std::chrono::steady_clock::duration>;
  { M::looks } -> std::convertible_to<int>;
  { M::looks_of_next } -> std::convertible_to<int>;
  { M::most_passes } -> std::convertible_to<int>;
  { M::most_calls } -> std::convertible_to<int>;
};

}  // namespace mpilock
