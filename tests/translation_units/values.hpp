#pragma once
// What two translation units share: one of them includes <mpilock/boost_mpi.hpp>, the other
// doesn't.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mpilock/mpilock.hpp"

namespace translation_units {

/// It is its bytes, and Boost.Serialization could write it in another way.
struct amount {
  int value;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    int negative = -value;
    archive& negative;
    value = -negative;
  }
  bool operator==(const amount&) const = default;
};

/// It has a codec of its own, and Boost.Serialization could write it, too.
struct mesh {
  std::string name;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name;
  }
  bool operator==(const mesh&) const = default;
};

}  // namespace translation_units

template <>
struct mpilock::codec<translation_units::mesh> {
  static void encode(const translation_units::mesh& value, byte_buffer& out) {
    codec<std::string>::encode(value.name + ", by its own codec", out);
  }
  static translation_units::mesh decode(byte_reader& in) {
    return {codec<std::string>::decode(in)};
  }
};

namespace translation_units {

/// One of the translation units has a codec for it that the other one doesn't see.
struct forgotten {
  std::string name;
};

/// All that both can share.
struct values {
  int number;
  std::string text;
  std::vector<amount> amounts;
  amount single;
  std::vector<mesh> meshes;
  bool operator==(const values&) const = default;
};

/// What a translation unit takes a type for. It is found at compile time, where the linker can't
/// put the answer of one in the place of the other's.
struct opinion {
  bool is_shareable;
  std::int64_t codec;
  std::int64_t hash;
  bool operator==(const opinion&) const = default;
};

template <class T>
constexpr opinion opinion_on() {
  return {mpilock::shareable<T>, mpilock::detail::kind_of<mpilock::codec<T>>(),
          mpilock::detail::type_hash<T>()};
}

/// The types for which both must have one.
template <class... Types>
constexpr std::array<opinion, sizeof...(Types)> opinions_on() {
  return {opinion_on<Types>()...};
}
constexpr auto opinions() {
  return opinions_on<int, int*, int[3], amount, mesh, std::string, std::vector<amount>,
                     std::vector<mesh>, std::map<int, int>, std::vector<std::map<int, int>>,
                     std::unique_ptr<int>, std::vector<int*>>();
}

using controller = mpilock::window_controller;

/// What each translation unit does.
struct unit {
  decltype(opinions()) on_types;
  opinion on_forgotten;
  /// Local, on the writer: shares one of the values.
  void (*share)(controller::fence_type& fence, const values& all, int which);
  /// Collective: collects it.
  void (*collect)(controller::fence_type& fence, values& all, int which);
};
inline constexpr int number_of_values = 5;

template <class Action>
void with(auto& all, int which, Action&& action) {
  switch (which) {
    case 0:
      return action(all.number);
    case 1:
      return action(all.text);
    case 2:
      return action(all.amounts);
    case 3:
      return action(all.single);
    default:
      return action(all.meshes);
  }
}

/// `Unit` keeps what belongs to one translation unit apart from the other one's. Its `forgotten` is
/// the type above, so that the compiler looks at it no earlier than here.
template <class Unit>
constexpr unit this_unit() {
  return {opinions(), opinion_on<typename Unit::forgotten>(),
          [](controller::fence_type& fence, const values& all, int which) {
            with(all, which, [&](const auto& value) { fence.share(value); });
          },
          [](controller::fence_type& fence, values& all, int which) {
            with(all, which, [&]<class T>(T& value) { value = fence.collect<T>(); });
          }};
}

extern const unit with_boost;
extern const unit without_boost;

}  // namespace translation_units
