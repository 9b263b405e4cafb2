#pragma once
// An entry of the cache: a file that shows whether it is complete.

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>
#include <vector>

#include "heat.hpp"

namespace rods {

struct entry_header {
  char magic[8];
  question asked;
  std::uint32_t count;  // the number of values that follow
  std::uint64_t checksum;
};
static_assert(std::has_unique_object_representations_v<entry_header>);  // no gaps between them

// FNV-1a: one wrong byte always changes it, several wrong bytes nearly always.
inline std::uint64_t checksum_of(const question& asked, const temperatures& values) {
  std::uint64_t sum = 14695981039346656037U;
  const auto add = [&](std::span<const std::byte> bytes) {
    for (const std::byte each : bytes)
      sum = (sum ^ std::to_integer<unsigned>(each)) * 1099511628211U;
  };
  add(std::as_bytes(std::span(&asked, 1)));
  add(std::as_bytes(std::span(values)));
  return sum;
}

inline entry_header header_of(const question& asked, const temperatures& values) {
  return {{'r', 'o', 'd', ' ', 'v', '1', '\n', 0},
          asked,
          static_cast<std::uint32_t>(values.size()),
          checksum_of(asked, values)};
}

enum class condition { missing, damaged, whole };

struct found_entry {
  condition is = condition::missing;
  temperatures values;
};

// Trusts nothing in the file: the length, the question and the checksum must all be right.
inline found_entry read_entry(const std::filesystem::path& path, const question& asked) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return {};
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  found_entry found{condition::damaged, {}};
  entry_header header;
  if (bytes.size() < sizeof header) return found;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (bytes.size() != sizeof header + header.count * sizeof(double)) return found;
  found.values.resize(header.count);
  std::memcpy(found.values.data(), bytes.data() + sizeof header, bytes.size() - sizeof header);
  const entry_header expected = header_of(asked, found.values);
  if (std::memcmp(&header, &expected, sizeof header) == 0) found.is = condition::whole;
  return found;
}

// The file is on the disk when this returns. Otherwise it throws, with the reason.
inline void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  bool good = file != nullptr && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() &&
              std::fflush(file) == 0 && fsync(fileno(file)) == 0;
  int reason = errno;
  if (file != nullptr && std::fclose(file) != 0 && good) {
    good = false;
    reason = errno;
  }
  if (!good)
    throw std::runtime_error("can't write " + std::to_string(bytes.size()) + " bytes to " +
                             path.string() + ": " + std::generic_category().message(reason) +
                             "; make room there, or give --folder= another place");
}

// No rank ever reads half an entry, even if this rank is killed. The file gets its name when it is
// complete.
inline void publish(const std::filesystem::path& path, const question& asked,
                    const temperatures& values) {
  const entry_header header = header_of(asked, values);
  std::vector<std::byte> bytes(sizeof header + values.size() * sizeof(double));
  std::memcpy(bytes.data(), &header, sizeof header);
  std::memcpy(bytes.data() + sizeof header, values.data(), bytes.size() - sizeof header);
  const std::filesystem::path part = path.string() + ".part";
  try {
    write_file(part, bytes);
    std::filesystem::rename(part, path);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    throw;
  }
}

}  // namespace rods
