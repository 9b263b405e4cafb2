#pragma once
/// @file
/// @brief The length of a character in UTF-8.
/// @ingroup observing

#include <cstddef>
#include <string_view>

namespace mpilock::detail {

/// The number of bytes of the first character of `text`, or 0 if `text` does not begin with valid
/// UTF-8. RFC 3629 excludes surrogates, characters beyond U+10FFFF, and every form but the
/// shortest.
constexpr std::size_t utf8_length(std::string_view text) noexcept {
  const auto is_between = [&](std::size_t at, unsigned least, unsigned most) {
    const unsigned byte = at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
    return least <= byte && byte <= most;
  };
  const auto continues = [&](std::size_t at) { return is_between(at, 0x80, 0xbf); };
  if (is_between(0, 0, 0x7f)) return text.empty() ? 0 : 1;
  if (is_between(0, 0xc2, 0xdf)) return continues(1) ? 2 : 0;
  if (is_between(0, 0xe0, 0xef)) {
    const bool is_shortest = !is_between(0, 0xe0, 0xe0) || is_between(1, 0xa0, 0xbf);
    const bool is_surrogate = is_between(0, 0xed, 0xed) && is_between(1, 0xa0, 0xbf);
    return is_shortest && !is_surrogate && continues(1) && continues(2) ? 3 : 0;
  }
  if (is_between(0, 0xf0, 0xf4)) {
    const bool is_shortest = !is_between(0, 0xf0, 0xf0) || is_between(1, 0x90, 0xbf);
    const bool is_beyond = is_between(0, 0xf4, 0xf4) && is_between(1, 0x90, 0xbf);
    return is_shortest && !is_beyond && continues(1) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace mpilock::detail
