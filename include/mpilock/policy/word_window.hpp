#pragma once
/// @file
/// @brief What the window medium runs over: words at ranks, reached by one-sided operations.
/// @ingroup policy

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mpilock/os/growing_nap.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/word_op.hpp"

namespace mpilock {

/// Operations in two steps, `start` and `complete`. An operation with a `call_site` parameter
/// accepts the call site that it comes from.
///
/// `start` issues an operation on `word` at rank `target`. Operand and result belong to the window
/// until `complete` has returned for that target. The operation may take effect at any time before
/// that. Two operations that are under way have no order.
///
/// `start_look` issues one read of as many words as there are results, beginning with `word`. The
/// read of each word is atomic; the read of all words is not.
template <class W>
concept starts_and_completes = requires(W window, word_op op, const std::uint64_t& operand,
                                        std::uint64_t& result, std::span<std::uint64_t> results,
                                        int target, std::size_t word, call_site from) {
  { window.start(op, operand, result, target, word) } -> std::same_as<void>;
  { window.start_look(results, target, word) } -> std::same_as<void>;
  { window.complete(target, result) } -> std::same_as<void>;
  { window.fetch_and_op(op, operand, target, word, from) } -> std::same_as<std::uint64_t>;
};

/// Words at every rank, all 0 in the beginning. One cache line holds `words_per_line` words. `poke`
/// lets MPI make progress. A waiting rank naps within `naps`. It calls `look_times()` when its wait
/// begins; the result says when to look at the lock word. `looks`, `looks_of_next`, `most_passes`
/// and `most_calls` are those of a `medium`.
template <class W>
concept word_window = starts_and_completes<W> && requires(W window) {
  { window.poke() } -> std::same_as<void>;
  { window.look_times().are_due() } -> std::same_as<bool>;
  { W::words_per_line } -> std::convertible_to<std::size_t>;
  { W::naps } -> std::convertible_to<growing_nap::limits>;
  { W::looks } -> std::convertible_to<int>;
  { W::looks_of_next } -> std::convertible_to<int>;
  { W::most_passes } -> std::convertible_to<int>;
  { W::most_calls } -> std::convertible_to<int>;
};

}  // namespace mpilock
