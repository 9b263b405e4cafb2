#pragma once
/// @file
/// @brief Types whose values are their bytes.
/// @ingroup vocabulary

#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

namespace mpilock {

/// Types that only refer to memory of their own rank, though they could be copied byte by byte.
template <class T>
inline constexpr bool refers_elsewhere = std::is_pointer_v<T>;
template <class C, class Traits>
inline constexpr bool refers_elsewhere<std::basic_string_view<C, Traits>> = true;
template <class T, std::size_t Extent>
inline constexpr bool refers_elsewhere<std::span<T, Extent>> = true;

/// Text of which only a pointer is at hand. It travels as a `std::string`.
template <class T>
concept borrowed_text = std::is_same_v<T, const char*> || std::is_same_v<T, char*> ||
    std::is_same_v<T, std::string_view>;

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

}  // namespace mpilock
