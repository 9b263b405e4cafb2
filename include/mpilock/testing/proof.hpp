#pragma once
/// @file
/// @brief All the searches that a fairness policy must pass, on every engine.

#include <cstdint>
#include <ostream>
#include <vector>

#include "mpilock/testing/check.hpp"
#include "mpilock/testing/report.hpp"

namespace mpilock::testing {

/// How far a proof goes.
enum class extent {
  quick,    ///< 2 ranks that do everything: seconds
  usual,    ///< and 3 ranks, to completion: minutes
  thorough  ///< and 3 ranks that do everything, and 4 ranks: as long as it takes, and much memory
};

namespace detail {

template <class Model, fairness_policy Fairness>
class proof_on {
 public:
  proof_on(std::ostream& out, std::uint64_t most_states) : out_(out), most_states_(most_states) {}

  /// @return whether it held; a search of more than `most_states` states counts if `may_be_cut`
  bool run(int ranks, const program& what, bool may_be_cut = false) {
    const verdict found = check<Model, Fairness>(ranks, what, most_states_);
    summarise(out_, found);
    if (found.broken != property::none) print_run(out_, found);
    out_.flush();
    return found.holds() || (may_be_cut && found.broken == property::none);
  }

  bool run_all(extent how_far) {
    bool holds = run(2, program::everything());
    holds = run(2, program::around_a_datum()) && holds;
    holds = run(2, program::counted(2)) && holds;
    if (how_far == extent::quick) return holds;
    holds = run(3, program::overtaking()) && holds;
    holds = run(3, program::with_promotion()) && holds;
    holds = run(3, program::with_attempts()) && holds;
    if (how_far == extent::usual) return holds;
    holds = run(3, program::everything(), true) && holds;
    return run(4, program::plain(), true) && holds;
  }

 private:
  std::ostream& out_;
  std::uint64_t most_states_;
};

}  // namespace detail

/// Runs the searches, a line each; of one that fails, the shortest run. @return whether all held
template <fairness_policy Fairness>
bool prove(std::ostream& out, extent how_far = extent::quick,
           std::uint64_t most_states = 100'000'000) {
  bool holds = detail::proof_on<sequential, Fairness>(out, most_states).run_all(how_far);
  holds = detail::proof_on<futex_memory, Fairness>(out, most_states).run_all(how_far) && holds;
  holds = detail::proof_on<rma_weak, Fairness>(out, most_states).run_all(how_far) && holds;
  holds = detail::proof_on<lazy_progress, Fairness>(out, most_states).run_all(how_far) && holds;
  return detail::proof_on<messages, Fairness>(out, most_states).run_all(how_far) && holds;
}

}  // namespace mpilock::testing
