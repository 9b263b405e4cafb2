// mpi-test: ranks=3 flavours=one timeout=360
/// @file
/// @brief Every composition, entered in every way at once. The long form makes a million sections
/// of each; MPILOCK_TEST_SECTIONS says how many instead.

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

#include "conformance/scenario.hpp"
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

/// The ranks share the sections, as quick as each is.
std::int64_t wanted_sections() {
  return std::stoll(mpilock_test::setting("MPILOCK_TEST_SECTIONS",
                                          mpilock_test::is_long_form() ? "1000000" : "5000"));
}

const mpilock_test::scenario torture(
    "torture", __FILE__, __LINE__, []<class C>(mpilock_test::stage<C>& on) {
      using clock = std::chrono::steady_clock;
      auto done = board()[static_cast<int>(C::index)];
      on.judge.move_to(on.part(0));
      if (on.rank() == 0) on.file.reset();
      on.meet();
      const std::int64_t wanted = wanted_sections();
      const auto begin = clock::now();
      const auto end = begin + (mpilock_test::is_long_form() ? std::chrono::hours(24)
                                                             : std::chrono::milliseconds(700));
      visitor visiting(on.ctrl, on.judge, on.file, C::index + 1);
      while (done < wanted && clock::now() < end)
        if (visiting.visit()) ++done;
      on.meet();
      judge_aftermath(C::name(), on.ctrl, on.judge, on.file, visiting.found(),
                      clock::now() - begin);
      BOOST_TEST((done >= wanted || !mpilock_test::is_long_form()));
    });

}  // namespace
}  // namespace stress
