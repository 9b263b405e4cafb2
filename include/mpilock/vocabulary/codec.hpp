#pragma once
/// @file
/// @brief How a value travels from the writer of a fence to the other ranks.
/// @ingroup vocabulary

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "mpilock/vocabulary/byte_buffer.hpp"
#include "mpilock/vocabulary/plain_value.hpp"

namespace mpilock {
namespace detail {

/// By which code a value of a type travels, for ranks to compare.
enum class codec_kind : std::int64_t {
  of_the_user,
  bytes,
  text,
  archive,
  vector,
  fields,
  array,
  optional,
  variant,
  map,
  set,
  path
};

/// Only the library's own codecs have a member of this type.
template <class Codec>
constexpr std::int64_t kind_of() noexcept {
  if constexpr (requires { typename Codec::library_kind; })
    return Codec::library_kind::value;
  else
    return static_cast<std::int64_t>(codec_kind::of_the_user);
}

/// The kind of a codec that uses the codecs of `Parts`: theirs is in it, too.
template <codec_kind kind, class... Parts>
struct kind_with_parts {
  static constexpr std::int64_t value = [] {
    auto all = static_cast<std::uint64_t>(kind);
    ((all = all * 1'000'003 + static_cast<std::uint64_t>(kind_of<Parts>())), ...);
    return static_cast<std::int64_t>(all);
  }();
};

/// `encode` and `decode` through an archive of Boost.Serialization. `<mpilock/boost_mpi.hpp>`
/// defines it.
template <class T>
struct boost_archive;

/// The header has been included. A concept, so that the compiler names `T` where it is not.
template <class T>
concept archived_by_boost = requires {
  sizeof(boost_archive<T>);
};

/// A container whose elements only refer to memory of their own rank.
template <class T>
inline constexpr bool has_references = false;
template <template <class...> class Container, class... Parts>
inline constexpr bool has_references<Container<Parts...>> = (refers_elsewhere<Parts> || ...);

/// The codec of types that no other one is for.
template <class T>
struct archive_codec {};

template <self_contained T>
struct archive_codec<T> {
  using library_kind = kind_with_parts<codec_kind::archive>;

  static void encode(const T& value, byte_buffer& out) {
    require_boost();
    if constexpr (archived_by_boost<T>) boost_archive<T>::encode(value, out);
  }
  static T decode(byte_reader& in) {
    require_boost();
    if constexpr (archived_by_boost<T>) return boost_archive<T>::decode(in);
  }

 private:
  static constexpr void require_boost() {
    static_assert(archived_by_boost<T> || !has_references<T>,
                  "mpilock: this type has pointers or views in it, which mean nothing on another "
                  "rank: share what they refer to, for instance std::string or std::vector");
    static_assert(
        has_references<T> || archived_by_boost<T>,
        "mpilock: this type can't be shared as it is: include <mpilock/boost_mpi.hpp> for "
        "Boost.Serialization, or specialise mpilock::codec, a struct's by "
        "mpilock::member_codec");
  }
};

}  // namespace detail

/// Customisation point. A specialisation for `T` offers
/// `static void encode(const T&, byte_buffer&)`, which appends, and
/// `static T decode(byte_reader&)`, which takes what `encode` appended.
///
/// In the box: trivially copyable types without a member `serialize`, `std::string`, `std::vector`
/// of all that can be shared, and the types of standard_codecs.hpp. For a struct, see
/// `member_codec`. All other types go through Boost.Serialization, which takes
/// `<mpilock/boost_mpi.hpp>`. That header adds the code for it, and nothing else: a type has the
/// same codec with and without that header, or two translation units could choose differently.
template <class T>
struct codec : detail::archive_codec<T> {};

/// A type that can be shared through a fence. Whether Boost.Serialization knows the type, where it
/// has no codec of its own, the compiler says only when it is shared.
template <class T>
concept shareable = requires(const T& value, byte_buffer& out, byte_reader& in) {
  { codec<T>::encode(value, out) } -> std::same_as<void>;
  { codec<T>::decode(in) } -> std::same_as<T>;
};

template <plain_value T>
struct codec<T> {
  using library_kind = detail::kind_with_parts<detail::codec_kind::bytes>;

  static void encode(const T& value, byte_buffer& out) {
    append_bytes(out, std::as_bytes(std::span(&value, 1)));
  }
  static T decode(byte_reader& in) {
    std::array<std::byte, sizeof(T)> bytes;
    std::ranges::copy(in.take(sizeof(T)), bytes.begin());
    return std::bit_cast<T>(bytes);
  }
};

/// A count, then the characters.
template <>
struct codec<std::string> {
  using library_kind = detail::kind_with_parts<detail::codec_kind::text>;

  static void encode(const std::string& value, byte_buffer& out) {
    codec<std::uint64_t>::encode(value.size(), out);
    append_bytes(out, std::as_bytes(std::span(value)));
  }
  static std::string decode(byte_reader& in) {
    const auto bytes = in.take(codec<std::uint64_t>::decode(in));
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
};

/// A count, then the elements: plain ones in one piece.
template <shareable T>
struct codec<std::vector<T>> {
  using library_kind = detail::kind_with_parts<detail::codec_kind::vector, codec<T>>;

  static void encode(const std::vector<T>& values, byte_buffer& out) {
    codec<std::uint64_t>::encode(values.size(), out);
    if constexpr (is_in_one_piece) {
      append_bytes(out, std::as_bytes(std::span(values)));
    } else {
      for (const T& value : values) codec<T>::encode(value, out);
    }
  }
  static std::vector<T> decode(byte_reader& in) {
    const auto count = codec<std::uint64_t>::decode(in);
    if constexpr (is_in_one_piece) {
      const auto bytes = in.take(count * sizeof(T));
      std::vector<T> values(count);
      if (count > 0) std::memcpy(values.data(), bytes.data(), bytes.size());
      return values;
    } else {
      std::vector<T> values;
      for (std::uint64_t i = 0; i < count; ++i) values.push_back(codec<T>::decode(in));
      return values;
    }
  }

 private:
  static constexpr bool is_in_one_piece =
      plain_value<T> && std::default_initializable<T> && !std::same_as<T, bool>;
};

}  // namespace mpilock

#include "mpilock/vocabulary/standard_codecs.hpp"
