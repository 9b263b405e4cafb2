// mpi-test: ranks=1,2 flavours=one
// A rank that is alone by mistake is warned, once: the launcher of another MPI has started several
// processes, or the program gave MPI_COMM_SELF. options::alone silences the warning.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>

#include "everyone.hpp"
#include "mpilock/mpi/lone_rank.hpp"
#include "support/captured_errors.hpp"

namespace {

bool says(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

std::string warning_of(mpilock::options chosen) {
  const mpilock_test::captured_errors errors;
  static_cast<void>(mpilock::sync(MPI_COMM_SELF, 0, std::move(chosen)));
  return errors.text();
}

/// Makes this process look as if the launcher of another MPI had started it. The launcher that has
/// really started it says otherwise in its own variables.
struct launched_otherwise {
  explicit launched_otherwise(const char* number) {
    for (const auto& [processes, own_number] : mpilock::detail::launchers) {
      unsetenv(processes);
      unsetenv(own_number);
    }
    setenv("FLUX_JOB_SIZE", "4", 1);
    setenv("FLUX_TASK_RANK", number, 1);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(one_warning_unless_it_is_on_purpose) {
  const launched_otherwise set("0");
  BOOST_TEST(warning_of({.name = "table", .alone = true}) == "");

  const std::string text = warning_of({.name = "table"});
  if (mpilock_test::size_of(MPI_COMM_WORLD) == 1) {
    BOOST_TEST(says(text, "mpilock 'table': MPI knows this process alone"), text);
    BOOST_TEST(says(text, "its launcher has started 4 (FLUX_JOB_SIZE)"), text);
  } else if (mpilock_test::rank_in(MPI_COMM_WORLD) == 0) {
    BOOST_TEST(says(text, "mpilock 'table': MPI_COMM_SELF has one rank"), text);
  } else {
    BOOST_TEST(text == "");  // rank 0 says it for all
  }

  BOOST_TEST(warning_of({}) == "");
}

BOOST_AUTO_TEST_CASE(the_first_process_says_it) {
  using mpilock::detail::why_alone_by_mistake;
  if (mpilock_test::size_of(MPI_COMM_WORLD) > 1) {
    MPI_Comm alone = MPI_COMM_NULL;  // a group of one among others is no mistake
    MPI_Comm_split(MPI_COMM_WORLD, mpilock_test::rank_in(MPI_COMM_WORLD), 0, &alone);
    BOOST_TEST(why_alone_by_mistake(alone) == "");
    MPI_Comm_free(&alone);
    return;
  }
  const launched_otherwise second("1");
  BOOST_TEST(why_alone_by_mistake(MPI_COMM_WORLD) == "");
  setenv("FLUX_JOB_SIZE", "1", 1);
  setenv("FLUX_TASK_RANK", "0", 1);
  BOOST_TEST(why_alone_by_mistake(MPI_COMM_WORLD) == "");
  setenv("FLUX_JOB_SIZE", "many", 1);
  BOOST_TEST(why_alone_by_mistake(MPI_COMM_WORLD) == "");
}
