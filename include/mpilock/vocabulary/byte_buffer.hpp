#pragma once
/// @file
/// @brief The bytes of a shared value, and how they are read and written.
/// @ingroup vocabulary

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "mpilock/vocabulary/error.hpp"

namespace mpilock {

/// The bytes of a shared value.
using byte_buffer = std::vector<std::byte>;

/// Adds bytes at the end, for codecs. Not by `insert`: g++ 12 with optimisation takes that for an
/// overflow, and warns of it in the user's program.
inline void append_bytes(byte_buffer& out, std::span<const std::byte> bytes) {
  const std::size_t before = out.size();
  out.resize(before + bytes.size());
  std::ranges::copy(bytes, std::span(out).subspan(before).begin());
}

/// Takes the bytes of a value one after the other.
class byte_reader {
 public:
  /// Copies nothing: `bytes` must live as long as what is taken from it is looked at.
  explicit byte_reader(std::span<const std::byte> bytes) noexcept : rest_(bytes) {}

  /// @throws error if fewer than `count` bytes are left
  std::span<const std::byte> take(std::size_t count) {
    if (count > rest_.size()) throw error("mpilock: a shared value arrived with bytes missing");
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  /// What no `take` has taken yet; for codecs that find the end of their value themselves.
  std::span<const std::byte> take_all() { return take(rest_.size()); }

 private:
  std::span<const std::byte> rest_;
};

}  // namespace mpilock
