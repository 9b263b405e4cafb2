/// @file
/// @brief single_write in its three forms: what reaches every rank, and what happens to exceptions.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "mpilock/vocabulary/error.hpp"
#include "scenario.hpp"

namespace mpilock_test {
namespace {

struct particle {
  double position[3];
  int kind;
  bool operator==(const particle& other) const {
    return std::equal(position, position + 3, other.position) && kind == other.kind;
  }
};

/// Collective. Whether every rank gets `value`, which the writer alone makes.
template <class C, class T>
bool reaches_all(stage<C>& on, int writer, const T& value) {
  int calls = 0;
  const T result = on.ctrl.single_write(writer, [&] {
    ++calls;
    return value;
  });
  return result == value && calls == (on.rank() == writer ? 1 : 0);
}

const scenario results_reach_all("results_reach_all", __FILE__, __LINE__, [](auto& on) {
  const int last = on.part(on.size() - 1);
  BOOST_TEST(reaches_all(on, on.part(0), 42));
  BOOST_TEST(reaches_all(on, last, 2.5));
  BOOST_TEST(reaches_all(on, last, particle{{1, 2, 3}, 4}));
  BOOST_TEST(reaches_all(on, on.part(0), std::string("with a \0 in it", 14)));
  BOOST_TEST(reaches_all(on, last, std::string()));
  BOOST_TEST(reaches_all(on, last, std::vector<double>(1000, 0.5)));
  BOOST_TEST(reaches_all(on, last, std::vector<std::string>{"a", "", "three"}));
  BOOST_TEST(reaches_all(on, last, std::vector<std::vector<int>>{{1}, {}, {2, 3}}));
  BOOST_TEST(reaches_all(on, last, std::vector<bool>{true, false, true}));
  int calls = 0;
  on.ctrl.single_write([&] { ++calls; });
  BOOST_TEST(calls == (on.rank() == on.ctrl.root() ? 1 : 0));
});

const scenario write_lock_in_single_write("write_lock_in_single_write", __FILE__, __LINE__,
                                          [](auto& on) {
                                            on.judge.move_to(on.part(0));
                                            const auto inside = [&] {
                                              const auto lock = on.ctrl.read();
                                              return on.ctrl.epoch();
                                            };
                                            const auto before = inside();
                                            on.meet();
                                            const auto seen = on.ctrl.single_write([&] {
                                              on.judge.enter(mpilock::access::write);
                                              const auto nested =
                                                  on.ctrl.read();  // local: the body holds the lock
                                              on.judge.leave(mpilock::access::write);
                                              return on.ctrl.epoch();
                                            });
                                            BOOST_TEST(seen == before + 1);
                                            BOOST_TEST(inside() == before + 1);
                                          });

const scenario exceptions_reach_all("exceptions_reach_all", __FILE__, __LINE__, [](auto& on) {
  for (const int writer : {on.part(0), on.part(on.size() - 1)}) {
    bool caught = false;
    try {
      on.ctrl.single_write(writer, []() -> int { throw std::out_of_range("no such table"); });
    } catch (const std::out_of_range&) {
      caught = on.rank() == writer;
    } catch (const mpilock::writer_failed& failure) {
      caught =
          on.rank() != writer && failure.writer() == writer && failure.reason() == "no such table";
    }
    BOOST_TEST(caught);
    caught = false;
    try {
      on.ctrl.single_write(writer, [] { throw 7; });
    } catch (int number) {
      caught = on.rank() == writer && number == 7;
    } catch (const mpilock::writer_failed& failure) {
      caught = on.rank() != writer && failure.writer() == writer;
    }
    BOOST_TEST(caught);
  }
  BOOST_TEST(reaches_all(on, on.part(0), 1), "the controller must still work");
});

const scenario fence_as_a_scope("fence_as_a_scope", __FILE__, __LINE__, [](auto& on) {
  const int writer = on.part(on.size() - 1);
  auto fence = on.ctrl.single_write(writer);
  BOOST_TEST(fence.guard() == (on.rank() == writer));
  BOOST_TEST(fence.writer() == writer);
  if (fence.guard()) {
    BOOST_TEST(throws<mpilock::usage_error>([&] { on.ctrl.barrier(); }));
    fence.share(std::vector<std::string>{"one", "two"});
  }
  const auto shared = fence.template collect<std::vector<std::string>>();
  BOOST_TEST(shared.size() == 2U);
  BOOST_TEST(shared.back() == "two");
  BOOST_TEST(throws<mpilock::usage_error>([&] { fence.template collect<int>(); }));
  auto nothing = on.ctrl.single_write();
  nothing.collect();
});

/// The writer dies inside: the others' collect throws, nobody hangs, and the controller works on.
const scenario fence_left_by_an_exception(
    "fence_left_by_an_exception", __FILE__, __LINE__, [](auto& on) {
      const int writer = on.part(on.size() - 1);
      std::string caught;
      try {
        auto fence = on.ctrl.single_write(writer);
        if (fence.guard()) throw std::runtime_error("between guard and collect");
        fence.template collect<int>();
      } catch (const mpilock::writer_failed& failure) {
        caught = failure.writer() == writer ? "writer_failed" : "the wrong writer";
      } catch (const std::runtime_error&) {
        caught = "its own";
      }
      BOOST_TEST(caught == (on.rank() == writer ? "its own" : "writer_failed"));
      on.meet();
      BOOST_TEST(reaches_all(on, on.part(0), 1), "the controller must still work");
    });

}  // namespace
}  // namespace mpilock_test
