#pragma once
/// @file
/// @brief Explores every state that a number of ranks can reach.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "mpilock/policy/overtaking.hpp"
#include "mpilock/testing/checker/machine.hpp"
#include "mpilock/testing/checker/state_store.hpp"
#include "mpilock/testing/verdict.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing {

/// Whether a policy would let a rank in, given the ranks inside and the waiters. No writer is
/// inside.
using turn_is_due = std::function<bool(std::uint32_t readers_inside, std::uint32_t readers_waiting,
                                       std::uint32_t writers_waiting)>;

/// Whether the turn then belongs to a kind.
using turn_is_of =
    std::function<bool(access kind, std::uint32_t readers_inside, std::uint32_t readers_waiting,
                       std::uint32_t writers_waiting)>;

/// The decisions of a fairness policy that the checker verifies.
struct expectations {
  turn_is_due is_due;
  turn_is_of is_turn_of;
};

/// A breadth-first search, so the first run that breaks a property is a shortest one. Ranks
/// continue for ever, but the number of states is finite. So a search that ends covers any number
/// of passages.
class checker {
 public:
  checker(machine& what, expectations wanted, std::uint64_t most_states)
      : machine_(what),
        wanted_(std::move(wanted)),
        most_states_(most_states),
        store_(what.settings().ranks, what.settings().words) {}

  /// Searches until a property is broken, all states have been seen, or there are too many states.
  verdict search() {
    const auto begin = std::chrono::steady_clock::now();
    reach(world{}, 0);
    for (state here = 0; here < store_.size(); ++here) {
      if (here == level_end_) {
        ++found_.depth;
        level_end_ = static_cast<state>(store_.size());
      }
      expand(here);
      if (found_.broken != property::none || store_.size() > most_states_) break;
      found_.complete = here + 1 == store_.size();
    }
    if (found_.holds()) look_for_endless_ends();
    if (found_.holds() && machine_.what_ranks_do().counts_overtaking) look_for_starvation();
    sum_up(begin);
    return found_;
  }

 private:
  using state = state_store::id;
  struct edge {
    state to;
    std::uint8_t rank;
    bool drains;   // it needs neither a new call nor a time-out
    claim enters;  // the kind of access that its rank gets by it, if any
  };

  state reach(const world& now, state parent);
  void expand(state here);
  /// The ranks that are inside, and those that wait.
  struct head_count {
    std::uint32_t readers = 0;
    std::uint32_t writers = 0;
    std::uint32_t waiting[2] = {0, 0};  // to read, to write
  };
  struct nap {
    int rank;
    state to;
  };

  head_count count(const world& now) const;
  void rely_on_naps(state here, const world& now, const std::vector<nap>& naps);
  void check(state here, const world& now, bool anybody_goes_on, bool anything_drains);
  void check_rest(state here, const world& now);
  void check_turns(state here, const world& now);
  void note_overtaking(state here, const world& now);
  void look_for_endless_ends();
  void look_for_starvation();
  bool starves(int waiting, access kind);
  bool is_fair(const std::vector<state>& component, const std::vector<std::uint32_t>& component_of,
               int waiting, access kind);
  bool waits_for(const world& now, int rank, access kind) const;
  void report(property broken, state here, const world* after);
  std::vector<state> path_to(state here) const;
  void sum_up(std::chrono::steady_clock::time_point begin);

  machine& machine_;
  expectations wanted_;
  std::uint64_t most_states_;
  state_store store_;
  std::vector<state> parents_;
  std::vector<edge> edges_;  // only those that a later analysis needs
  std::vector<std::uint64_t> first_edge_;
  state level_end_ = 1;
  verdict found_;
};

}  // namespace mpilock::testing

#include "mpilock/testing/checker/checker_liveness.hpp"
#include "mpilock/testing/checker/checker_search.hpp"
