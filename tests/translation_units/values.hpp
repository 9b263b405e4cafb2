#pragma once
// Declarations that both translation units use. One of them includes <mpilock/boost_mpi.hpp>, the
// other doesn't.

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mpilock/mpilock.hpp"

namespace translation_units {

/// It is trivially copyable, and Boost.Serialization could write it in another way.
struct amount {
  int value;
  bool operator==(const amount&) const = default;
};
template <class Archive>
void serialize(Archive& archive, amount& its, unsigned) {
  int negative = -its.value;
  archive& negative;
  its.value = -negative;
}

/// It is trivially copyable, but its author wants it to be archived.
struct archived_amount {
  int value;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& value;
  }
};

/// It has a codec of its own, and Boost.Serialization could write it too.
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

/// One translation unit has a codec for this type that the other one doesn't see.
struct forgotten {
  std::string name;
};

/// The values that both units can share.
struct values {
  int number;
  std::string text;
  std::vector<amount> amounts;
  amount single;
  std::vector<mesh> meshes;
  bool operator==(const values&) const = default;
};

/// The properties of a type in a translation unit. They are found at compile time, so that the
/// linker can't replace those of one unit by those of the other.
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

/// The properties of the types on which both units must agree.
template <class... Types>
constexpr std::array<opinion, sizeof...(Types)> opinions_on() {
  return {opinion_on<Types>()...};
}
constexpr auto opinions() {
  return opinions_on<int, int*, int[3], amount, archived_amount, mesh, std::string,
                     std::vector<amount>, std::vector<mesh>, std::map<int, int>, std::list<int>,
                     std::vector<std::list<int>>, std::unique_ptr<int>, std::vector<int*>>();
}

using controller = mpilock::window_controller;

/// The functions and data of a translation unit.
struct unit {
  decltype(opinions()) on_types;
  opinion on_forgotten;
  /// Local, on the writer: shares one of the values.
  void (*share)(controller::fence_type& fence, const values& all, int which);
  /// Collective: collects this value.
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

/// `Unit` gives each translation unit its own instance of this template. Its `forgotten` is the
/// type above, so that the compiler looks at it only here.
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
