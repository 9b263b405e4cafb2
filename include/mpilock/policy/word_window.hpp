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

/// Where an operation has a `call_site`, it may be told where in the source it comes from.
///
/// `start` issues an operation on `word` at rank `target`; operand and result belong to the window
/// until `complete` has returned for that target, and the operation may take effect at any time
/// before. Nothing orders two operations that are under way.
///
/// `start_look` issues one look at as many words as there are results, `word` the first of them: each
/// of them is looked at atomically, the whole isn't.
template <class W>
concept starts_and_completes = requires(W window, word_op op, const std::uint64_t& operand,
                                        std::uint64_t& result, std::span<std::uint64_t> results,
                                        int target, std::size_t word, call_site from) {
  { window.start(op, operand, result, target, word) } -> std::same_as<void>;
  { window.start_look(results, target, word) } -> std::same_as<void>;
  { window.complete(target, result) } -> std::same_as<void>;
  { window.fetch_and_op(op, operand, target, word, from) } -> std::same_as<std::uint64_t>;
};

/// Words at every rank, all 0 in the beginning. `poke` lets MPI make progress; `words_per_line` words
/// lie in one cache line. A waiting rank naps within `naps`, and looks at the lock word when
/// `look_times()`, made when its wait begins, says so. `looks`, `most_passes` and
/// `most_calls` are those of a `medium`.
template <class W>
concept word_window = starts_and_completes<W> && requires(W window) {
  { window.poke() } -> std::same_as<void>;
  { window.look_times().are_due() } -> std::same_as<bool>;
  { W::words_per_line } -> std::convertible_to<std::size_t>;
  { W::naps } -> std::convertible_to<growing_nap::limits>;
  { W::looks } -> std::convertible_to<int>;
  { W::most_passes } -> std::convertible_to<int>;
  { W::most_calls } -> std::convertible_to<int>;
};

}  // namespace mpilock
