#pragma once
/// @file
/// @brief A number by which ranks compare the type that is shared with the type that is collected.
/// @ingroup controller

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "mpilock/controller/ballot.hpp"
#include "mpilock/controller/type_name.hpp"
#include "mpilock/vocabulary/codec.hpp"

namespace mpilock::detail {

/// Of the whole name, the size, the alignment and the kind of codec. Two types of one name, each in
/// an unnamed namespace of its own file, mostly differ in size or alignment. The kinds differ where
/// one translation unit doesn't see the codec that another one has specialised.
template <class T>
constexpr std::int64_t type_hash() noexcept {
  std::array<std::int64_t, 4> about{hash_of(type_name<T>())};
  if constexpr (!std::is_void_v<T>) {
    about[1] = sizeof(T);
    about[2] = alignof(T);
    about[3] = kind_of<codec<T>>();
  }
  const auto bytes = std::bit_cast<std::array<char, sizeof about>>(about);
  return hash_of(std::string_view(bytes.data(), bytes.size()));
}

}  // namespace mpilock::detail
