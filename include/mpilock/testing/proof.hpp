#pragma once
/// @file
/// @brief All the checks that a fairness policy must pass without MPI: its answers, and searches on
/// every engine.
/// @ingroup testing

#include <new>
#include <ostream>
#include <string>
#include <vector>

#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/policy/overtaking.hpp"
#include "mpilock/testing/answers.hpp"
#include "mpilock/testing/check.hpp"
#include "mpilock/testing/outcome.hpp"
#include "mpilock/testing/proof_record.hpp"
#include "mpilock/testing/report.hpp"
#include "mpilock/testing/search_limits.hpp"
#include "mpilock/testing/search_plan.hpp"

namespace mpilock::testing {

/// Runs the checks and prints a line for each search. The first breach ends the proof.
template <fairness_policy Fairness>
class proof {
 public:
  /// @param out    gets a line for each search
  /// @param limits `seconds` of all searches together, the others of each search
  proof(std::ostream& out, const search_limits& limits) : out_(out), record_(limits) {}

  /// Asks the policy alone, without an engine.
  proof& ask() {
    record_.add(answers<Fairness>().search());
    return *this;
  }

  /// Looks for a breach of the promised bounds, on both engines.
  proof& search_bounds() {
    if constexpr (promises_bounds<Fairness>)
      if (!can_count(Fairness::bounds))
        record_.add_gap("overtaking: counted up to 255, no further");
    run<messages>(search_plan<messages, Fairness>::of_bounds());
    run<sequential>(search_plan<sequential, Fairness>::of_bounds());
    return *this;
  }

  /// All searches of this extent and of those before it, the cheap ones first.
  proof& search_all(extent how_far) {
    for (const extent level : {extent::quick, extent::usual, extent::thorough}) {
      if (level > how_far) break;
      run<messages>(search_plan<messages, Fairness>::added_by(level));
      run<sequential>(search_plan<sequential, Fairness>::added_by(level));
      run<rma_weak>(search_plan<rma_weak, Fairness>::added_by(level));
      run<flagged>(search_plan<flagged, Fairness>::added_by(level));
      run<lazy_progress>(search_plan<lazy_progress, Fairness>::added_by(level));
      run<futex>(search_plan<futex, Fairness>::added_by(level));
    }
    return *this;
  }

  /// What was shown, and how far.
  const proof_record& record() const { return record_; }

 private:
  static bool can_count(const overtaking& bounds) {
    const auto fits = [](unsigned bound) {
      return bound <= largest_counted_bound || bound == overtaking::unbounded;
    };
    return fits(bounds.readers_past_writer) && fits(bounds.writers_past_reader) &&
           fits(bounds.writers_past_writer);
  }

  template <class Model>
  void run(const std::vector<planned_search>& plan) {
    for (const planned_search& each : plan) {
      if (record_.result() == outcome::fails) return;
      if (!record_.goes_on()) {
        record_.leave_out();
        continue;
      }
      run_one<Model>(each);
      out_.flush();
    }
  }

  template <class Model>
  void run_one(const planned_search& each) {
    try {
      const verdict found = check<Model, Fairness>(each.ranks, each.what, record_.limits_for(each));
      record_.add(each, found);
      summarise(out_, found);
      if (found.broken != property::none) print_run(out_, found);
    } catch (const std::bad_alloc&) {
      record_.add_gap(std::string(each.what.name) + " on " + std::string(Model::name) +
                      ": this process has no memory for it");
    }
  }

  std::ostream& out_;
  proof_record record_;
};

/// Runs all checks of an extent that need no MPI, and prints a line for each search. The first
/// breach ends them, and the shortest run that shows it is printed.
/// @param out     gets the lines
/// @param how_far which searches are made
/// @param limits  `seconds` of all searches together, the others of each search
template <fairness_policy Fairness>
proof_record prove(std::ostream& out, extent how_far = extent::quick,
                   const search_limits& limits = {}) {
  return proof<Fairness>(out, limits).ask().search_bounds().search_all(how_far).record();
}

}  // namespace mpilock::testing
