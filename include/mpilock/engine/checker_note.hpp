#pragma once
/// @file
/// @brief Tells a checker which values a rank keeps from one operation to the next.

#include <cstdint>
#include <type_traits>

#include "mpilock/policy/keeps_notes.hpp"

namespace mpilock {

/// States that a local variable, set by an earlier operation, still matters after the next one. A
/// checker treats two states as equal if the ranks are at equal places in the code and keep equal
/// values (docs/verification.md). For every other substrate this class does nothing.
template <class Substrate>
class checker_note {
  static_assert(require_whole_notes<Substrate>());

 public:
  checker_note([[maybe_unused]] Substrate& substrate, [[maybe_unused]] std::uint64_t value) {
    if constexpr (asks) {
      substrate_ = &substrate;
      substrate.keep(value);
    }
  }
  ~checker_note() {
    if constexpr (asks) substrate_->forget();
  }
  checker_note(const checker_note&) = delete;
  checker_note& operator=(const checker_note&) = delete;

 private:
  static constexpr bool asks = keeps_notes<Substrate>;
  struct nothing {};

  [[no_unique_address]] std::conditional_t<asks, Substrate*, nothing> substrate_{};
};

}  // namespace mpilock
