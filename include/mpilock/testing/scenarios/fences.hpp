#pragma once
/// @file
/// @brief single_write in its three forms: which values reach every rank, and where exceptions go.
/// @ingroup testing

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "mpilock/testing/stage.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::testing::scenarios {

struct particle {
  double position[3];
  int kind;
  bool operator==(const particle& other) const {
    return std::equal(position, position + 3, other.position) && kind == other.kind;
  }
};

/// Collective. Whether every rank gets `value`, which only the writer makes.
template <class Stage, class T>
bool reaches_all(Stage& on, int writer, const T& value) {
  int calls = 0;
  const T result = on.ctrl.single_write(writer, [&] {
    ++calls;
    return value;
  });
  return result == value && calls == (on.rank() == writer ? 1 : 0);
}

struct results_reach_all {
  static constexpr std::string_view name = "results_reach_all";

  template <class Stage>
  static void play(Stage& on) {
    const int last = on.part(on.size() - 1);
    on.expect(reaches_all(on, on.part(0), 42));
    on.expect(reaches_all(on, last, 2.5));
    on.expect(reaches_all(on, last, particle{{1, 2, 3}, 4}));
    on.expect(reaches_all(on, on.part(0), std::string("with a \0 in it", 14)));
    on.expect(reaches_all(on, last, std::string()));
    on.expect(reaches_all(on, last, std::vector<double>(1000, 0.5)));
    on.expect(reaches_all(on, last, std::vector<std::string>{"a", "", "three"}));
    on.expect(reaches_all(on, last, std::vector<std::vector<int>>{{1}, {}, {2, 3}}));
    on.expect(reaches_all(on, last, std::vector<bool>{true, false, true}));
    int calls = 0;
    on.ctrl.single_write([&] { ++calls; });
    on.expect(calls == (on.rank() == on.ctrl.root() ? 1 : 0));
  }
};

struct write_lock_in_single_write {
  static constexpr std::string_view name = "write_lock_in_single_write";

  template <class Stage>
  static void play(Stage& on) {
    on.judge.move_to(on.part(0));
    const auto inside = [&] {
      const auto lock = on.ctrl.read();
      return on.ctrl.epoch();
    };
    const auto before = inside();
    on.meet();
    const auto seen = on.ctrl.single_write([&] {
      on.judge.enter(access::write);
      const auto nested = on.ctrl.read();  // local: the body holds the lock
      on.judge.leave(access::write);
      return on.ctrl.epoch();
    });
    on.expect(seen == before + 1);
    on.expect(inside() == before + 1);
  }
};

struct exceptions_reach_all {
  static constexpr std::string_view name = "exceptions_reach_all";

  template <class Stage>
  static void play(Stage& on) {
    for (const int writer : {on.part(0), on.part(on.size() - 1)}) {
      bool caught = false;
      try {
        on.ctrl.single_write(writer, []() -> int { throw std::out_of_range("no such table"); });
      } catch (const std::out_of_range&) {
        caught = on.rank() == writer;
      } catch (const writer_failed& failure) {
        caught = on.rank() != writer && failure.writer() == writer &&
                 failure.reason() == "no such table";
      }
      on.expect(caught);
      caught = false;
      try {
        on.ctrl.single_write(writer, [] { throw 7; });
      } catch (int number) {
        caught = on.rank() == writer && number == 7;
      } catch (const writer_failed& failure) {
        caught = on.rank() != writer && failure.writer() == writer;
      }
      on.expect(caught);
    }
    on.expect(reaches_all(on, on.part(0), 1), "the controller must still work");
  }
};

struct fence_as_a_scope {
  static constexpr std::string_view name = "fence_as_a_scope";

  template <class Stage>
  static void play(Stage& on) {
    const int writer = on.part(on.size() - 1);
    auto fence = on.ctrl.single_write(writer);
    on.expect(fence.guard() == (on.rank() == writer));
    on.expect(fence.writer() == writer);
    if (fence.guard()) {
      on.expect(throws<usage_error>([&] { on.ctrl.barrier(); }));
      fence.share(std::vector<std::string>{"one", "two"});
    }
    const auto shared = fence.template collect<std::vector<std::string>>();
    on.expect(shared.size() == 2U);
    on.expect(shared.back() == "two");
    on.expect(throws<usage_error>([&] { fence.template collect<int>(); }));
    auto nothing = on.ctrl.single_write();
    nothing.collect();
  }
};

/// The writer leaves by an exception inside. The others' `collect` throws, no rank hangs, and the
/// controller still works.
struct fence_left_by_an_exception {
  static constexpr std::string_view name = "fence_left_by_an_exception";

  template <class Stage>
  static void play(Stage& on) {
    const int writer = on.part(on.size() - 1);
    std::string caught;
    try {
      auto fence = on.ctrl.single_write(writer);
      if (fence.guard()) throw std::runtime_error("between guard and collect");
      fence.template collect<int>();
    } catch (const writer_failed& failure) {
      caught = failure.writer() == writer ? "writer_failed" : "the wrong writer";
    } catch (const std::runtime_error&) {
      caught = "its own";
    }
    on.expect(caught == (on.rank() == writer ? "its own" : "writer_failed"));
    on.meet();
    on.expect(reaches_all(on, on.part(0), 1), "the controller must still work");
  }
};

}  // namespace mpilock::testing::scenarios
