// A recorder ends the span of the section that ends. This holds for any depth of nesting, and after
// a span was lost for want of memory.

#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string_view>

#include "mpilock/observing/span_recorder.hpp"

namespace {

using mpilock::access;
using mpilock::event;
using mpilock::span;
using mpilock::span_recorder;

bool memory_is_short = false;

event about(access kind, std::string_view lock = "ledger") {
  event what;
  what.kind = kind;
  what.lock = lock;
  return what;
}

void enter(span_recorder& recorder, const event& what) {
  recorder.requested(what);
  recorder.granted(what);
}

}  // namespace

void* operator new(std::size_t size) {
  void* const memory = memory_is_short ? nullptr : std::malloc(size > 0 ? size : 1);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

BOOST_AUTO_TEST_CASE(sections_may_be_nested_as_deep_as_a_lock_lets_them) {
  constexpr std::size_t depth = 3000;
  span_recorder recorder;
  for (std::size_t i = 0; i < depth; ++i) enter(recorder, about(access::read));
  for (std::size_t i = 0; i < depth; ++i) recorder.released(about(access::read));
  BOOST_TEST(recorder.dropped() == 0U);
  BOOST_TEST_REQUIRE(recorder.spans().size() == depth);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < depth; ++i) {
    const span& each = recorder.spans()[i];
    const std::size_t number = depth - 1 - i;  // the innermost ends first
    if (each.number != number || each.parent != (number > 0 ? number - 1 : span::none)) ++wrong;
  }
  BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(a_section_without_memory_is_dropped_and_mixes_up_no_other) {
  span_recorder recorder;
  enter(recorder, about(access::write));  // 0
  memory_is_short = true;
  enter(recorder, about(access::read));   // 1
  enter(recorder, about(access::write));  // 2
  memory_is_short = false;
  enter(recorder, about(access::read));  // 3
  enter(recorder, about(access::read));  // 4
  recorder.released(about(access::read));
  recorder.released(about(access::write));
  recorder.released(about(access::read));
  recorder.released(about(access::read));
  recorder.released(about(access::write));
  BOOST_TEST_REQUIRE(recorder.spans().size() == 1U);
  BOOST_TEST(recorder.spans()[0].number == 0U);
  BOOST_TEST(recorder.dropped() == 4U);
}

BOOST_AUTO_TEST_CASE(a_lock_whose_name_there_was_no_memory_for_is_dropped) {
  span_recorder recorder;
  memory_is_short = true;
  enter(recorder, about(access::read, "a name that is too long for a string itself"));
  memory_is_short = false;
  enter(recorder, about(access::read));
  recorder.released(about(access::read, "a name that is too long for a string itself"));
  recorder.released(about(access::read));
  BOOST_TEST_REQUIRE(recorder.spans().size() == 1U);
  BOOST_TEST(recorder.spans()[0].number == 1U);
}
