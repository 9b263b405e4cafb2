#pragma once
/// @file
/// @brief A codec for a struct, made of a list of its members.
/// @ingroup vocabulary

#include <concepts>
#include <type_traits>

#include "mpilock/vocabulary/byte_buffer.hpp"
#include "mpilock/vocabulary/codec.hpp"

namespace mpilock {

namespace detail {

template <auto Member>
struct member_of;
template <class Struct, class Value, Value Struct::*Member>
struct member_of<Member> {
  using owner_type = Struct;
  using value_type = Value;
};

}  // namespace detail

/// For a struct that can be default-constructed: its members, one after the other.
///
///     template <>
///     struct mpilock::codec<mesh> : mpilock::member_codec<&mesh::name, &mesh::points> {};
///
/// A member that is left out keeps the value that the default constructor gives it.
template <auto First, auto... Rest>
struct member_codec {
  /// The struct.
  using owner_type = typename detail::member_of<First>::owner_type;
  static_assert(std::default_initializable<owner_type>,
                "mpilock: member_codec needs a default constructor; specialise mpilock::codec");
  static_assert((std::is_same_v<owner_type, typename detail::member_of<Rest>::owner_type> && ...),
                "mpilock: member_codec needs members of one struct");

  /// For ranks to compare.
  using library_kind =
      detail::kind_with_parts<detail::codec_kind::fields,
                              codec<typename detail::member_of<First>::value_type>,
                              codec<typename detail::member_of<Rest>::value_type>...>;

  /// Appends the members in the list.
  static void encode(const owner_type& value, byte_buffer& out) {
    encode_one<First>(value, out);
    (encode_one<Rest>(value, out), ...);
  }
  /// Takes them in the same order.
  static owner_type decode(byte_reader& in) {
    owner_type value{};
    decode_one<First>(value, in);
    (decode_one<Rest>(value, in), ...);
    return value;
  }

 private:
  template <auto Member>
  static void encode_one(const owner_type& value, byte_buffer& out) {
    codec<typename detail::member_of<Member>::value_type>::encode(value.*Member, out);
  }
  template <auto Member>
  static void decode_one(owner_type& value, byte_reader& in) {
    value.*Member = codec<typename detail::member_of<Member>::value_type>::decode(in);
  }
};

}  // namespace mpilock
