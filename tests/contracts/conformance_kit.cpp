// mpi-test: ranks=3 flavours=one
/// @file
/// @brief The scenarios of the conformance kit notice a lock that lets every rank in.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "mpilock/controller/basic_window_controller.hpp"
#include "mpilock/fairness/writer_preferring.hpp"
#include "mpilock/policy/lock_site.hpp"
#include "mpilock/progress/polling_progress.hpp"
#include "mpilock/testing/rendezvous.hpp"
#include "mpilock/testing/scenarios/attempts.hpp"
#include "mpilock/testing/scenarios/downgrade.hpp"
#include "mpilock/testing/scenarios/exclusion.hpp"
#include "mpilock/testing/scenarios/nesting.hpp"
#include "mpilock/testing/scenarios/order_of_entry.hpp"
#include "mpilock/testing/scenarios/write_requests.hpp"
#include "mpilock/testing/stage.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace {

using namespace mpilock::testing;
using mpilock::access;
using mpilock::deadline;
using mpilock::fairness_policy;
using mpilock::lock_site;
using mpilock::progress_source;

/// A lock that keeps no rank out.
struct open_door {
  static constexpr std::string_view name = "open_door";

  template <fairness_policy Fairness>
  class lock final : public progress_source {
   public:
    explicit lock(const lock_site&) {}

    static bool arrive(access) { return true; }
    template <class Idle>
    static bool settle(access, deadline, Idle&) {
      return true;
    }
    void release(access kind) { sections_ += kind == access::write ? 1 : 0; }
    template <class Idle>
    static bool upgrade(deadline, Idle&) {
      return true;
    }
    void downgrade() { ++sections_; }
    static bool writer_waits() { return false; }
    std::uint64_t sections() const noexcept { return sections_; }
    static std::string_view name() noexcept { return open_door::name; }
    template <class Idle>
    static void free(Idle&) {}
    bool advance() override { return false; }
    bool hosts() const noexcept override { return false; }

   private:
    std::uint64_t sections_ = 0;
  };
};

using controller = mpilock::basic_window_controller<open_door, mpilock::writer_preferring,
                                                    mpilock::polling_progress>;

/// Collective. The number of errors that the scenario finds on all ranks together.
template <class Scenario>
std::int64_t findings(stage_properties& shared) {
  stage<controller> on(MPI_COMM_WORLD, 0, "open_door", shared,
                       {.roots = {0}, .patience = std::chrono::milliseconds(200)});
  Scenario::play(on);
  on.meet();
  const auto found = on.sum(static_cast<std::int64_t>(on.take_failures().size()) +
                            static_cast<std::int64_t>(on.judge.violations()));
  on.judge.forget_violations();
  return found;
}

BOOST_AUTO_TEST_CASE(a_lock_that_keeps_no_rank_out_is_found) {
  stage_properties shared(MPI_COMM_WORLD);
  BOOST_TEST(findings<scenarios::nesting>(shared) > 0);
  BOOST_TEST(findings<scenarios::exclusion>(shared) > 0);
  BOOST_TEST(findings<scenarios::tries_fail_at_once>(shared) > 0);
  BOOST_TEST(findings<scenarios::timed_forms_time_out>(shared) > 0);
  BOOST_TEST(findings<scenarios::order_of_entry>(shared) > 0);
  BOOST_TEST(findings<scenarios::downgrade_leaves_no_gap>(shared) > 0);
  BOOST_TEST(findings<scenarios::reader_makes_way>(shared) > 0);
  shared.judge.free();
}

/// A proof is made by one rank. The others must learn its result, and not begin what it forbids.
BOOST_AUTO_TEST_CASE(what_rank_0_finds_is_known_to_all) {
  int calls = 0;
  BOOST_TEST(done_by_rank_0(MPI_COMM_WORLD, [&] { return 40 + ++calls; }) == 41);
  BOOST_TEST(calls == (rank_in(MPI_COMM_WORLD) == 0 ? 1 : 0));
}

}  // namespace
