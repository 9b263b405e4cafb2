#pragma once
/// @file
/// @brief How a scenario, written once, becomes a test case of every composition.

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <string>
#include <utility>

#include "composition.hpp"
#include "stage.hpp"

namespace mpilock_test {

/// An object of namespace scope that adds a test case to the suite of each composition.
///
/// `body` is called with `stage<C>&` on all ranks. It must leave nothing held, and all ranks meet
/// after it.
class scenario {
 public:
  template <class Body>
  scenario(const char* name, const char* file, std::size_t line, Body body) {
    add_to_all(name, file, line, body, std::make_index_sequence<composition_count>());
  }

 private:
  using suite = boost::unit_test::test_suite;

  template <class Body, std::size_t... Index>
  static void add_to_all(const char* name, const char* file, std::size_t line, Body body,
                         std::index_sequence<Index...>) {
    const std::array cases{boost::unit_test::make_test_case(
        [body] { run<composition_at<Index>>(body); }, name, file, line)...};
    (suite_of<composition_at<Index>>().add(cases[Index]), ...);
  }

  template <class C>
  static suite& suite_of() {
    static suite& mine = [&]() -> suite& {
      auto* const made = BOOST_TEST_SUITE(C::name());
      boost::unit_test::framework::current_auto_test_suite().add(made);
      return *made;
    }();
    return mine;
  }

  template <class C, class Body>
  static void run(const Body& body) {
    const std::string reason = why_left_out<C>();
    if (!reason.empty()) {
      BOOST_TEST_MESSAGE("left out: " << C::name() << ", " << reason);
      return;
    }
    auto& on = stage<C>::current();
    on.meet();
    body(on);
    on.meet();
    BOOST_TEST(on.judge.violations() == 0U, on.judge.verdict());
    on.judge.forget_violations();
  }
};

}  // namespace mpilock_test
