#pragma once
/// @file
/// @brief The codecs of types of the standard library.
/// @ingroup vocabulary

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>

#include "mpilock/vocabulary/byte_buffer.hpp"
#include "mpilock/vocabulary/codec.hpp"
#include "mpilock/vocabulary/error.hpp"
#include "mpilock/vocabulary/plain_value.hpp"

namespace mpilock {

/// The elements, one after the other. A `std::pair` of plain types is not plain: it can't be copied
/// trivially.
template <shareable First, shareable Second>
requires(!plain_value<std::pair<First, Second>>) struct codec<std::pair<First, Second>> {
  using library_kind =
      detail::kind_with_parts<detail::codec_kind::fields, codec<First>, codec<Second>>;

  static void encode(const std::pair<First, Second>& value, byte_buffer& out) {
    codec<First>::encode(value.first, out);
    codec<Second>::encode(value.second, out);
  }
  static std::pair<First, Second> decode(byte_reader& in) {
    return std::pair<First, Second>{codec<First>::decode(in),
                                    codec<Second>::decode(in)};  // in order
  }
};

/// The elements, one after the other.
template <shareable... Elements>
requires(!plain_value<std::tuple<Elements...>>) struct codec<std::tuple<Elements...>> {
  using library_kind = detail::kind_with_parts<detail::codec_kind::fields, codec<Elements>...>;

  static void encode(const std::tuple<Elements...>& value, byte_buffer& out) {
    std::apply([&](const Elements&... each) { (codec<Elements>::encode(each, out), ...); }, value);
  }
  static std::tuple<Elements...> decode(byte_reader& in) {
    return std::tuple<Elements...>{codec<Elements>::decode(in)...};  // in order, because of {}
  }
};

/// The elements of an array that is not plain, one after the other.
template <shareable T, std::size_t size>
requires(!plain_value<std::array<T, size>>) struct codec<std::array<T, size>> {
  using library_kind = detail::kind_with_parts<detail::codec_kind::array, codec<T>>;

  static void encode(const std::array<T, size>& values, byte_buffer& out) {
    for (const T& value : values) codec<T>::encode(value, out);
  }
  static std::array<T, size> decode(byte_reader& in) {
    return [&]<std::size_t... i>(std::index_sequence<i...>) {
      return std::array<T, size>{(static_cast<void>(i), codec<T>::decode(in))...};
    }
    (std::make_index_sequence<size>());
  }
};

/// Whether there is a value, then the value.
template <shareable T>
requires(!plain_value<std::optional<T>>) struct codec<std::optional<T>> {
  using library_kind = detail::kind_with_parts<detail::codec_kind::optional, codec<T>>;

  static void encode(const std::optional<T>& value, byte_buffer& out) {
    codec<std::uint8_t>::encode(value ? 1 : 0, out);
    if (value) codec<T>::encode(*value, out);
  }
  static std::optional<T> decode(byte_reader& in) {
    if (codec<std::uint8_t>::decode(in) == 0) return std::nullopt;
    return codec<T>::decode(in);
  }
};

/// The number of the alternative, then its value.
/// @throws error for a variant that is valueless by an exception
template <shareable... Alternatives>
requires(!plain_value<std::variant<Alternatives...>>) struct codec<std::variant<Alternatives...>> {
  using library_kind = detail::kind_with_parts<detail::codec_kind::variant, codec<Alternatives>...>;
  using variant = std::variant<Alternatives...>;

  static void encode(const variant& value, byte_buffer& out) {
    if (value.valueless_by_exception())
      throw error("mpilock: a std::variant without a value can't be shared");
    codec<std::uint64_t>::encode(value.index(), out);
    std::visit([&]<class T>(const T& held) { codec<T>::encode(held, out); }, value);
  }
  static variant decode(byte_reader& in) {
    const auto index = codec<std::uint64_t>::decode(in);
    if (index >= sizeof...(Alternatives))
      throw error("mpilock: a shared std::variant arrived with a wrong index");
    return decoders(std::index_sequence_for<Alternatives...>())[index](in);
  }

 private:
  template <std::size_t... i>
  static auto decoders(std::index_sequence<i...>) {
    using decoder = variant (*)(byte_reader&);
    return std::array<decoder, sizeof...(i)>{[](byte_reader& in) {
      return variant(std::in_place_index<i>, codec<Alternatives>::decode(in));
    }...};
  }
};

namespace detail {

/// A count, then the elements.
template <class Container, class Element>
struct set_codec {
  static void encode(const Container& values, byte_buffer& out) {
    codec<std::uint64_t>::encode(values.size(), out);
    for (const auto& value : values) codec<Element>::encode(value, out);
  }
  static Container decode(byte_reader& in) {
    Container values;
    for (auto left = codec<std::uint64_t>::decode(in); left > 0; --left)
      values.insert(values.end(), codec<Element>::decode(in));
    return values;
  }
};

/// A count, then the keys, each with its value.
template <class Container, class Key, class Value>
struct map_codec {
  static void encode(const Container& values, byte_buffer& out) {
    codec<std::uint64_t>::encode(values.size(), out);
    for (const auto& [key, value] : values) {
      codec<Key>::encode(key, out);
      codec<Value>::encode(value, out);
    }
  }
  static Container decode(byte_reader& in) {
    Container values;
    for (auto left = codec<std::uint64_t>::decode(in); left > 0; --left) {
      Key key = codec<Key>::decode(in);
      values.emplace_hint(values.end(), std::move(key), codec<Value>::decode(in));
    }
    return values;
  }
};

}  // namespace detail

template <shareable Key, class... Rest>
struct codec<std::set<Key, Rest...>> : detail::set_codec<std::set<Key, Rest...>, Key> {
  using library_kind = detail::kind_with_parts<detail::codec_kind::set, codec<Key>>;
};
template <shareable Key, class... Rest>
struct codec<std::multiset<Key, Rest...>> : detail::set_codec<std::multiset<Key, Rest...>, Key> {
  using library_kind = detail::kind_with_parts<detail::codec_kind::set, codec<Key>>;
};
template <shareable Key, class... Rest>
struct codec<std::unordered_set<Key, Rest...>>
    : detail::set_codec<std::unordered_set<Key, Rest...>, Key> {
  using library_kind = detail::kind_with_parts<detail::codec_kind::set, codec<Key>>;
};
template <shareable Key, shareable Value, class... Rest>
struct codec<std::map<Key, Value, Rest...>>
    : detail::map_codec<std::map<Key, Value, Rest...>, Key, Value> {
  using library_kind = detail::kind_with_parts<detail::codec_kind::map, codec<Key>, codec<Value>>;
};
template <shareable Key, shareable Value, class... Rest>
struct codec<std::multimap<Key, Value, Rest...>>
    : detail::map_codec<std::multimap<Key, Value, Rest...>, Key, Value> {
  using library_kind = detail::kind_with_parts<detail::codec_kind::map, codec<Key>, codec<Value>>;
};
template <shareable Key, shareable Value, class... Rest>
struct codec<std::unordered_map<Key, Value, Rest...>>
    : detail::map_codec<std::unordered_map<Key, Value, Rest...>, Key, Value> {
  using library_kind = detail::kind_with_parts<detail::codec_kind::map, codec<Key>, codec<Value>>;
};

/// The characters of the native form.
template <>
struct codec<std::filesystem::path> {
  using library_kind = detail::kind_with_parts<detail::codec_kind::path>;

  static void encode(const std::filesystem::path& value, byte_buffer& out) {
    codec<std::string>::encode(value.string(), out);
  }
  static std::filesystem::path decode(byte_reader& in) { return codec<std::string>::decode(in); }
};

}  // namespace mpilock
