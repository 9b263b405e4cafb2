#pragma once
/// @file
/// @brief A controller under test, and the objects that scenarios of the conformance kit use.
/// @ingroup testing

#include <mpi.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/testing/counter_file.hpp"
#include "mpilock/testing/rendezvous.hpp"
#include "mpilock/testing/section_judge.hpp"
#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock::testing {

/// The objects that all stages of a program share, because windows and files take long to make.
struct stage_properties {
  /// Collective.
  explicit stage_properties(MPI_Comm comm) : judge(comm), file(comm) {}

  section_judge judge;  ///< sees readers beside writers
  counter_file file;    ///< loses updates if the lock does not work
};

/// The extent of a scenario.
struct effort {
  bool is_long = false;          ///< many more rounds
  bool may_make_several = true;  ///< controllers, which take long to make if ranks share cores
  std::vector<int> roots{};      ///< of the controllers of `exclusion`; empty: every rank
  unsigned seed = 0;             ///< of the random numbers
  /// How long a try may fail that has to succeed in the end.
  std::chrono::milliseconds patience = std::chrono::seconds(20);
};

/// An expectation that did not hold.
struct failed_expectation {
  std::string text;  ///< the expectation
  call_site from{};  ///< its call site
};

/// Whether a policy has that name. The controller's contract treats a few policies specially.
template <class Policy>
constexpr bool is_named(std::string_view name) {
  return std::string_view(Policy::name) == name;
}

/// One controller, which one scenario after the other uses. Between two scenarios no rank holds it,
/// and all ranks have met.
template <class Controller>
class stage {
 public:
  using controller = Controller;                          ///< the type under test
  using backend = typename Controller::backend;           ///< of the controller
  using fairness = typename Controller::fairness_policy;  ///< of the controller
  using progress = typename Controller::progress_policy;  ///< of the controller

  /// Collective over `world`, which must live as long as the stage.
  stage(MPI_Comm world, int root, std::string name, stage_properties& shared, effort wanted)
      : ctrl(world, root, {.name = std::move(name)}),
        judge(shared.judge),
        file(shared.file),
        how_much(std::move(wanted)),
        world_(world) {}

  /// The communicator for all messages and counts of the scenarios.
  MPI_Comm world() const { return world_; }
  /// The name of the controller.
  const std::string& name() const { return ctrl.name(); }
  /// The number of this rank.
  int rank() const { return ctrl.rank(); }
  /// The number of ranks.
  int size() const { return ctrl.size(); }
  /// The rank that plays a part. The root plays part 0, and the next ranks play the next parts.
  int part(int number) const { return (ctrl.root() + number) % size(); }
  /// Whether this rank plays that part.
  bool plays(int number) const { return rank() == part(number); }
  /// Whether one node holds all ranks.
  bool is_on_one_node() const { return judge.is_shared(); }

  /// A root of `two_sided` serves other ranks only inside this library. Under `no_progress`, a rank
  /// that waits for one lock serves no other lock. (`automatic` never makes this combination.)
  static constexpr bool serves_one_lock_at_a_time =
      is_named<backend>("two_sided") && is_named<progress>("no_progress");

  /// Collective.
  void meet() { ctrl.barrier(); }
  /// Sends a number to the rank that plays a part. Meanwhile, a root serves other ranks.
  void tell(int number, std::int64_t what = 0) {
    testing::tell(world(), part(number), what, serving(ctrl));
  }
  /// Waits for a number from the rank that plays a part.
  std::int64_t hear(int number) { return testing::hear(world(), part(number), serving(ctrl)); }
  /// Whether a number from that rank has arrived.
  bool has_news(int number) { return testing::has_news(world(), part(number)); }
  /// Collective. The sum over all ranks.
  std::int64_t sum(std::int64_t mine) { return sum_over(world(), mine, serving(ctrl)); }

  /// Whether a try succeeds in the end. A release of another rank may still be on its way to a lock
  /// manager, so the first tries may fail. They may not fail for ever.
  template <class Try>
  bool eventually(Try&& attempt) {
    const auto give_up = std::chrono::steady_clock::now() + how_much.patience;
    while (!attempt()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      ctrl.progress();
    }
    return true;
  }

  /// Local. Records a failure unless `holds`. The scenario continues.
  void expect(bool holds, std::string text = "", call_site from = call_site::current()) {
    if (!holds) failures_.push_back({std::move(text), from});
  }
  /// Local. The failures on this rank since the last call.
  std::vector<failed_expectation> take_failures() { return std::exchange(failures_, {}); }

  Controller ctrl;        ///< the controller under test
  section_judge& judge;   ///< see stage_properties
  counter_file& file;     ///< see stage_properties
  const effort how_much;  ///< the effort for scenarios

 private:
  MPI_Comm world_;
  std::vector<failed_expectation> failures_;
};

}  // namespace mpilock::testing

/// The scenarios that the conformance kit runs on a stage. Each is a type with a `name` and a
/// collective function `play`, after which no rank holds a lock.
namespace mpilock::testing::scenarios {
using clock = std::chrono::steady_clock;  ///< the clock of all deadlines and durations
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
}  // namespace mpilock::testing::scenarios
