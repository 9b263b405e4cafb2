// The name of a type is complete. The number for it differs if the name, the size or the alignment
// does.

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mpilock/controller/type_hash.hpp"
#include "mpilock/controller/type_name.hpp"

namespace {

using mpilock::detail::type_hash;
using mpilock::detail::type_name;

template <class A, class B>
struct holder {
  A a;
  B b;
};

template <char Letter>
struct lettered {};

template <class T>
void check_name(std::string_view begin, std::string_view end) {
  const std::string_view name = type_name<T>();
  BOOST_TEST(name.starts_with(begin), name);
  BOOST_TEST(name.ends_with(end), name);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_name_is_whole) {
  BOOST_TEST(type_name<void>() == "void");
  BOOST_TEST(type_name<double>() == "double");
  check_name<int[3]>("int", "[3]");
  check_name<holder<int[3], double>>("", "[3], double>");
  check_name<std::vector<holder<int[3], int>>>("std::vector<", ">");
  check_name<lettered<';'>>("", "lettered<';'>");
  check_name<lettered<']'>>("", "lettered<']'>");
}

BOOST_AUTO_TEST_CASE(names_that_differ_behind_a_bracket_differ) {
  BOOST_TEST((type_name<holder<int[3], double>>() != type_name<holder<int[3], float>>()));
  BOOST_TEST((type_hash<holder<int[3], double>>() != type_hash<holder<int[3], std::int64_t>>()));
  BOOST_TEST((type_hash<lettered<']'>>() != type_hash<lettered<'['>>()));
}

BOOST_AUTO_TEST_CASE(the_same_type_has_the_same_number) {
  using list = std::vector<std::array<int, 3>>;
  BOOST_TEST((type_hash<list>() == type_hash<std::vector<std::array<int, 3>>>()));
  BOOST_TEST((type_hash<void>() > 0 && type_hash<list>() > 0), "0 stands for no type");
}
