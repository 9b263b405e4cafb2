#pragma once
/// @file
/// @brief Very cheap random numbers, which are the same in every run.

#include <cstdint>

namespace lockbench {

/// Source: Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8(14), 2003; the seed is
/// mixed as in Steele, Lea and Flood's SplitMix, OOPSLA 2014.
class random_bits {
 public:
  explicit random_bits(std::uint64_t seed) noexcept {
    seed += 0x9e3779b97f4a7c15U;
    seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9U;
    seed = (seed ^ (seed >> 27)) * 0x94d049bb133111ebU;
    state_ = (seed ^ (seed >> 31)) | 1U;  // a state of 0 would stay 0
  }

  std::uint32_t next() noexcept {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<std::uint32_t>(state_ >> 32);
  }

 private:
  std::uint64_t state_;
};

}  // namespace lockbench
