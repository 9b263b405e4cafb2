#pragma once
/// @file
/// @brief What a rank remembers from one operation to the next, told to whoever asks.

#include <cstdint>
#include <type_traits>

namespace mpilock {

/// Says that a local variable that came of an earlier operation still matters after the next one.
/// A checker takes equal places in the code, with equal things kept in mind, for equal states
/// (docs/verification.md); for every other substrate this is nothing at all.
template <class Substrate>
class checker_note {
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
  static constexpr bool asks = requires(Substrate & it, std::uint64_t value) {
    it.keep(value);
    it.forget();
  };
  struct nothing {};

  [[no_unique_address]] std::conditional_t<asks, Substrate*, nothing> substrate_{};
};

}  // namespace mpilock
