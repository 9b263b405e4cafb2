// Values are decoded as they were encoded, in sequence. Bytes that are cut short are refused.

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "mpilock/vocabulary/codec.hpp"
#include "mpilock/vocabulary/member_codec.hpp"

namespace {

using mpilock::byte_buffer;
using mpilock::byte_reader;
using mpilock::codec;
using mpilock::shareable;

struct point {
  double x;
  std::int32_t y;
  bool operator==(const point&) const = default;
};

/// Trivially copyable, but without a default constructor.
struct sealed {
  explicit sealed(int number) : value(number) {}
  int value;
  bool operator==(const sealed&) const = default;
};

/// Has a codec of its own, which can refuse a value.
struct labelled {
  std::string label;
  bool operator==(const labelled&) const = default;
};

struct mesh {
  std::string name;
  std::vector<double> points;
  int colour = 0;
  bool operator==(const mesh&) const = default;
};

struct part_of_mesh {
  std::string name;
  int cached = -1;
};

static_assert(shareable<int> && shareable<point> && shareable<std::string>);
static_assert(shareable<std::vector<std::vector<std::string>>> && shareable<std::vector<bool>>);
static_assert(shareable<std::array<double, 3>> && shareable<sealed>);
static_assert(shareable<std::map<std::string, std::vector<std::optional<std::string>>>>);
static_assert(!shareable<int*> && !shareable<std::string_view> && !shareable<std::span<int>>,
              "a reference to memory of one rank means nothing on another");
static_assert(shareable<std::unique_ptr<int>>, "as with <mpilock/boost_mpi.hpp>, which says more");

template <class T>
T there_and_back(const T& value) {
  byte_buffer bytes;
  codec<T>::encode(value, bytes);
  byte_reader reader(bytes);
  T back = codec<T>::decode(reader);
  BOOST_TEST(reader.take_all().empty());
  return back;
}

template <class T>
void check_round_trip(const T& value) {
  BOOST_TEST((there_and_back(value) == value));
}

}  // namespace

template <>
struct mpilock::codec<labelled> {
  static void encode(const labelled& value, byte_buffer& out) {
    codec<std::string>::encode(value.label, out);
  }
  static labelled decode(byte_reader& in) { return {codec<std::string>::decode(in)}; }
};

template <>
struct mpilock::codec<mesh> : mpilock::member_codec<&mesh::name, &mesh::points, &mesh::colour> {};
template <>
struct mpilock::codec<part_of_mesh> : mpilock::member_codec<&part_of_mesh::name> {};

BOOST_AUTO_TEST_CASE(values_come_back_as_they_were) {
  check_round_trip(42);
  check_round_trip(std::numeric_limits<double>::denorm_min());
  check_round_trip(point{1.5, -3});
  check_round_trip(sealed(7));
  check_round_trip(std::array<std::int64_t, 3>{1, -2, 3});
  check_round_trip(std::string());
  check_round_trip(std::string("with\0a zero", 11));
  check_round_trip(labelled{"its own codec"});
}

BOOST_AUTO_TEST_CASE(vectors_come_back_as_they_were) {
  check_round_trip(std::vector<int>());
  check_round_trip(std::vector<double>(1000, 0.25));
  check_round_trip(std::vector<bool>{true, false, true});
  check_round_trip(std::vector<sealed>{sealed(1), sealed(2)});
  check_round_trip(std::vector<std::string>{"a", "", std::string(70000, 'x')});
  check_round_trip(std::vector<std::vector<point>>{{}, {{1, 2}, {3, 4}}, {}});
  check_round_trip(std::vector<labelled>{{"one"}, {"two"}});
}

BOOST_AUTO_TEST_CASE(types_of_the_standard_library_come_back_as_they_were) {
  using text = std::string;
  check_round_trip(std::pair<int, text>(1, "one"));
  check_round_trip(std::tuple<text, double, sealed>("two", 2.5, sealed(3)));
  check_round_trip(std::tuple<>());
  check_round_trip(std::array<text, 2>{"a", "b"});
  check_round_trip(std::array<text, 0>{});
  check_round_trip(std::optional<text>());
  check_round_trip(std::optional<text>("there"));
  check_round_trip(std::optional<int>(5));
  check_round_trip(std::variant<int, text, sealed>("second"));
  check_round_trip(std::variant<int, text, sealed>(sealed(3)));
  check_round_trip(std::map<text, std::vector<int>>{{"b", {2}}, {"a", {}}});
  check_round_trip(std::multimap<int, text>{{1, "x"}, {1, "y"}});
  check_round_trip(std::unordered_map<int, text>{{1, "x"}, {2, "y"}});
  check_round_trip(std::set<text, std::greater<>>{"a", "b"});
  check_round_trip(std::multiset<int>{3, 3, 1});
  check_round_trip(std::unordered_set<text>{"a", "b"});
  check_round_trip(std::vector<std::map<text, std::set<int>>>{{{"a", {1, 2}}}, {}});
  check_round_trip(std::filesystem::path("/tmp/some file.h5"));
  check_round_trip(mesh{"cube", {0, 1}, 7});
}

BOOST_AUTO_TEST_CASE(a_member_that_is_left_out_keeps_its_default) {
  const part_of_mesh back = there_and_back(part_of_mesh{"cube", 7});
  BOOST_TEST(back.name == "cube");
  BOOST_TEST(back.cached == -1);
}

BOOST_AUTO_TEST_CASE(a_variant_without_a_value_is_refused) {
  std::variant<std::string, labelled> value;
  struct breaks {
    operator labelled() const { throw 1; }
  };
  try {
    value.emplace<labelled>(breaks());
  } catch (int) {
  }
  BOOST_TEST(value.valueless_by_exception());
  byte_buffer bytes;
  BOOST_CHECK_THROW((codec<decltype(value)>::encode(value, bytes)), mpilock::error);
}

BOOST_AUTO_TEST_CASE(types_that_look_alike_have_different_codecs) {
  using mpilock::detail::kind_of;
  BOOST_TEST((kind_of<codec<std::pair<int, std::string>>>() !=
              kind_of<codec<std::pair<std::string, int>>>()));
  BOOST_TEST((kind_of<codec<std::set<int>>>() != kind_of<codec<std::vector<int>>>()));
  BOOST_TEST(
      (kind_of<codec<std::vector<labelled>>>() != kind_of<codec<std::vector<std::string>>>()));
}

BOOST_AUTO_TEST_CASE(encode_appends_and_decode_takes_in_order) {
  byte_buffer bytes;
  codec<int>::encode(1, bytes);
  codec<std::string>::encode("two", bytes);
  codec<std::vector<int>>::encode({3, 4}, bytes);
  byte_reader reader(bytes);
  BOOST_TEST(codec<int>::decode(reader) == 1);
  BOOST_TEST(codec<std::string>::decode(reader) == "two");
  BOOST_TEST((codec<std::vector<int>>::decode(reader) == std::vector{3, 4}));
  BOOST_TEST(reader.take_all().empty());
}

BOOST_AUTO_TEST_CASE(a_value_with_bytes_missing_is_refused) {
  byte_buffer bytes;
  codec<std::string>::encode("complete", bytes);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    byte_reader reader{std::span(bytes).first(length)};
    BOOST_CHECK_THROW(codec<std::string>::decode(reader), mpilock::error);
  }
  byte_buffer numbers;
  codec<std::vector<double>>::encode({1, 2, 3}, numbers);
  byte_reader reader{std::span(numbers).first(numbers.size() - 1)};
  BOOST_CHECK_THROW(codec<std::vector<double>>::decode(reader), mpilock::error);
}
