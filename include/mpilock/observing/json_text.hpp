#pragma once
/// @file
/// @brief Any bytes as a string of JSON.
/// @ingroup observing

#include <array>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

#include "mpilock/observing/utf8_length.hpp"

namespace mpilock::detail {

/// The text as a JSON string, quotes included. Control characters are escaped. Each byte that is
/// not part of valid UTF-8 becomes U+FFFD, since JSON can't hold arbitrary bytes.
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
