// mpi-test: ranks=3 flavours=one timeout=360
/// @file
/// @brief All ranks enter every composition in every way at once. The long form makes a million
/// sections of each. MPILOCK_TEST_SECTIONS sets another number.

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "conformance/composition_suites.hpp"
#include "stress/aftermath.hpp"
#include "stress/blackboard.hpp"
#include "stress/visitor.hpp"

namespace stress {
namespace {

/// Collective the first time.
blackboard& board() {
  static std::unique_ptr<blackboard> only;
  if (!only) {
    only = std::make_unique<blackboard>(MPI_COMM_WORLD);
    mpilock_test::before_finalize([] { only.reset(); });
  }
  return *only;
}

/// The ranks share the sections: a quick rank makes more of them.
std::int64_t wanted_sections() {
  return std::stoll(mpilock_test::setting("MPILOCK_TEST_SECTIONS",
                                          mpilock_test::is_long_form() ? "1000000" : "5000"));
}

struct torture {
  static constexpr std::string_view name = "torture";

  template <class Stage>
  static void play(Stage& on) {
    using clock = std::chrono::steady_clock;
    const unsigned number = on.how_much.seed;
    auto done = board()[static_cast<int>(number)];
    on.judge.move_to(on.part(0));
    if (on.rank() == 0) on.file.reset();
    on.meet();
    const std::int64_t wanted = wanted_sections();
    const auto begin = clock::now();
    const auto end =
        begin + (on.how_much.is_long ? std::chrono::hours(24) : std::chrono::milliseconds(700));
    visitor visiting(on.ctrl, on.judge, on.file, number + 1);
    while (done < wanted && clock::now() < end)
      if (visiting.visit()) ++done;
    on.meet();
    judge_aftermath(on.name(), on.ctrl, on.judge, on.file, visiting.found(), clock::now() - begin);
    on.expect(done >= wanted || !on.how_much.is_long, "all sections were entered in time");
  }
};

const bool suites_are_added =
    mpilock_test::add_suites([](auto&& add) { add.template operator()<torture>(); });

}  // namespace
}  // namespace stress
