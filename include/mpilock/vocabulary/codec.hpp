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
#include <string_view>
#include <type_traits>
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

/// Types that only refer to memory of their own rank, though they could be copied byte by byte.
template <class T>
inline constexpr bool refers_elsewhere = std::is_pointer_v<T>;
template <class C, class Traits>
inline constexpr bool refers_elsewhere<std::basic_string_view<C, Traits>> = true;
template <class T, std::size_t Extent>
inline constexpr bool refers_elsewhere<std::span<T, Extent>> = true;

/// A type whose values mean the same on another rank, if their contents get there.
template <class T>
concept self_contained = std::is_object_v<T> && !std::is_array_v<T> && !refers_elsewhere<T>;

namespace detail {

struct has_member_serialize {
  int serialize;
};
/// A name that two bases declare is ambiguous, whether the members are private or not.
template <class T>
struct beside_serialize : T, has_member_serialize {};

/// Whether the author of a class has said how Boost.Serialization treats it, by a member.
template <class T>
inline constexpr bool serializes_itself = false;
template <class T>
requires std::is_class_v<T> &&
    (!std::is_final_v<T>)inline constexpr bool serializes_itself<T> = !requires {
  &beside_serialize<T>::serialize;
};

}  // namespace detail

/// A type that is its bytes. A class with a member `serialize` is not: its author knows more than
/// the compiler, for instance that a pointer in it owns something.
template <class T>
concept plain_value =
    self_contained<T> && std::is_trivially_copyable_v<T> && !detail::serializes_itself<T>;

namespace detail {

/// By which code a value of a type travels, for ranks to compare.
enum class codec_kind : std::int64_t { of_the_user, bytes, text, archive, vector };

template <class Codec>
constexpr std::int64_t kind_of() noexcept {
  if constexpr (requires { Codec::kind; })
    return static_cast<std::int64_t>(Codec::kind);
  else
    return static_cast<std::int64_t>(codec_kind::of_the_user);
}

/// `encode` and `decode` through an archive of Boost.Serialization. `<mpilock/boost_mpi.hpp>`
/// defines it.
template <class T>
struct boost_archive;

/// The codec of types that no other one is for.
template <class T>
struct archive_codec {};

template <self_contained T>
struct archive_codec<T> {
  static constexpr auto kind = codec_kind::archive;

  static void encode(const T& value, byte_buffer& out) {
    require_boost();
    boost_archive<T>::encode(value, out);
  }
  static T decode(byte_reader& in) {
    require_boost();
    return boost_archive<T>::decode(in);
  }

 private:
  static constexpr void require_boost() {
    static_assert(
        requires { sizeof(boost_archive<T>); },
        "mpilock: this type can't be shared as it is: include <mpilock/boost_mpi.hpp> for "
        "Boost.Serialization, or specialise mpilock::codec");
  }
};

}  // namespace detail

/// Customisation point. A specialisation for `T` offers
/// `static void encode(const T&, byte_buffer&)`, which appends, and
/// `static T decode(byte_reader&)`, which takes what `encode` appended.
///
/// In the box: trivially copyable types without a member `serialize`, `std::string`, and
/// `std::vector` of all of these. All other types go through Boost.Serialization, which takes
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
  static constexpr auto kind = detail::codec_kind::bytes;

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
  static constexpr auto kind = detail::codec_kind::text;

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
  /// That of the elements is in it, too.
  static constexpr std::int64_t kind =
      static_cast<std::int64_t>(detail::codec_kind::vector) + 8 * detail::kind_of<codec<T>>();

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
