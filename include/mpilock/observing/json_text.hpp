#pragma once
/// @file
/// @brief Any bytes as a text of JSON.

#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace mpilock::detail {

/// How many bytes the character takes with which `text` begins, 0 if those are none of UTF-8 (RFC
/// 3629: no surrogates, nothing beyond U+10FFFF, and each character in its shortest form).
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

/// A text as JSON writes it, quotes included. Control characters are escaped; each byte that
/// belongs to no character of UTF-8 is shown as U+FFFD, since a JSON file has room for nothing
/// else.
inline std::string json_text(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto code = static_cast<unsigned char>(text.front());
    if (length == 0) {
      out += "\xef\xbf\xbd";
    } else if (code < 0x20 || code == 0x7f) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", code);
      out += escape.data();
    } else {
      if (code == '"' || code == '\\') out += '\\';
      out += text.substr(0, length);
    }
    text.remove_prefix(length > 0 ? length : 1);
  }
  return out + '"';
}

}  // namespace mpilock::detail
