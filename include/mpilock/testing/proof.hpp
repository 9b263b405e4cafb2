#pragma once
/// @file
/// @brief All the searches that a fairness policy must pass, on every engine.
/// @ingroup testing

#include <cstdint>
#include <ostream>
#include <type_traits>

#include "mpilock/testing/check.hpp"
#include "mpilock/testing/report.hpp"

namespace mpilock::testing {

/// How far a proof goes.
enum class extent {
  quick,    ///< 2 ranks that do everything: takes seconds
  usual,    ///< also 3 ranks: takes two or three minutes
  thorough  ///< more of 3 ranks, and 4 ranks: takes as long as needed, and much memory
};

namespace internal {

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

  /// With `extent::usual`, each model but `flagged` gets `around_a_datum`, `everything`, `counted`
  /// and `with_failing_waits`, for 2 ranks. It also gets these:
  ///
  /// | model           | 2 ranks                                          | 3 ranks             |
  /// | --------------- | ------------------------------------------------ | ------------------- |
  /// | `sequential`    | stopped rank, failing attempts, counted failures | overtaking          |
  /// | `messages`      | failing attempts                                 | overtaking, upgrade |
  /// | `rma_weak`      | stopped rank                                     | plain               |
  /// | `futex`         | stopped rank                                     | none                |
  /// | `lazy_progress` | none                                             | none                |
  ///
  /// A policy that looks back or follows the order of arrival has more states. It gets what fits.
  /// `quick` leaves out 3 ranks and failing attempts. `thorough` leaves nothing out.
  bool run_all(extent how_far) {
    if (is_flagged) return run_flagged(how_far);
    bool holds = run(2, program::around_a_datum());
    if (how_far == extent::thorough || !(is_long_row && is_large))
      holds = run(2, program::everything()) && holds;
    if (is_small || !looks_back) holds = run(2, program::counted(2)) && holds;
    if (!(is_large && looks_back)) holds = run(2, program::with_failing_waits()) && holds;
    if (may_stop) holds = run(2, program::with_stopped_rank()) && holds;
    if (how_far == extent::quick) return holds;
    if (!is_small && !is_large && !looks_back) holds = run(3, program::plain()) && holds;
    if (is_small && !is_long) holds = run(3, program::overtaking()) && holds;  // plain, and more
    if (is_smallest) holds = run(3, program::with_upgrade()) && holds;
    if (is_smallest || (is_small && !looks_back))
      holds = run(2, program::with_failing_attempts()) && holds;
    if (is_small && !is_smallest && !looks_back)
      holds = run(2, program::counted_with_failing_waits(2)) && holds;
    if (how_far == extent::usual) return holds;
    holds = run(2, program::counted(2)) && holds;
    holds = run(2, program::with_failing_attempts()) && holds;
    if (is_small) holds = run(3, program::overtaking()) && holds;
    holds = run(3, program::plain(), true) && holds;
    holds = run(3, program::with_upgrade(), true) && holds;
    holds = run(3, program::with_attempts(), true) && holds;
    holds = run(3, program::around_a_datum(), true) && holds;
    return run(4, program::plain(), true) && holds;
  }

  /// The lock behind the flags is the engine that `futex` searches. So fewer searches are
  /// needed here.
  bool run_flagged(extent how_far) {
    bool holds = run(2, program::plain());
    holds = run(2, program::with_attempts()) && holds;
    if (how_far == extent::quick || (how_far == extent::usual && looks_back)) return holds;
    holds = run(2, program::with_upgrade()) && holds;
    holds = run(2, program::with_failing_waits()) && holds;
    if (may_stop) holds = run(2, program::with_stopped_rank()) && holds;
    if (how_far == extent::usual) return holds;
    holds = run(2, program::everything()) && holds;
    holds = run(2, program::with_failing_attempts()) && holds;
    holds = run(2, program::around_a_datum()) && holds;
    holds = run(2, program::counted(2)) && holds;
    return run(3, program::plain(), true) && holds;
  }

 private:
  // The number of states differs a hundredfold between the models, and tenfold between policies.
  static constexpr bool looks_back = turn_taking<Fairness>::hands_over;
  static constexpr bool is_long_row = longest_row<Fairness>() > 1;
  static constexpr bool is_long = is_long_row && std::is_same_v<Model, sequential>;
  static constexpr bool is_smallest = std::is_same_v<Model, messages>;
  static constexpr bool is_flagged = std::is_same_v<Model, flagged>;
  // If turns are handed over, a rank that is stopped when it gets the turn holds the lock. If a
  // rank must help with operations on its words, a stopped rank delays the rank that issued them.
  static constexpr bool may_stop =
      !looks_back && !is_smallest && !std::is_same_v<Model, lazy_progress>;
  static constexpr bool is_small =
      std::is_same_v<Model, sequential> || std::is_same_v<Model, messages>;
  static constexpr bool is_large =
      std::is_same_v<Model, futex> || std::is_same_v<Model, lazy_progress>;

  std::ostream& out_;
  std::uint64_t most_states_;
};

}  // namespace internal

/// Runs the searches and prints a line for each one. Prints the shortest run of each search that
/// fails. @return whether all properties held
template <fairness_policy Fairness>
bool prove(std::ostream& out, extent how_far = extent::quick,
           std::uint64_t most_states = 100'000'000) {
  bool holds = internal::proof_on<sequential, Fairness>(out, most_states).run_all(how_far);
  holds = internal::proof_on<futex, Fairness>(out, most_states).run_all(how_far) && holds;
  holds = internal::proof_on<flagged, Fairness>(out, most_states).run_all(how_far) && holds;
  holds = internal::proof_on<rma_weak, Fairness>(out, most_states).run_all(how_far) && holds;
  holds = internal::proof_on<lazy_progress, Fairness>(out, most_states).run_all(how_far) && holds;
  return internal::proof_on<messages, Fairness>(out, most_states).run_all(how_far) && holds;
}

}  // namespace mpilock::testing
