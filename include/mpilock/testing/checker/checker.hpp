#pragma once
/// @file
/// @brief Explores every state that a number of ranks can reach.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory_resource>
#include <new>
#include <utility>
#include <vector>

#include "mpilock/policy/overtaking.hpp"
#include "mpilock/testing/checker/limited_memory.hpp"
#include "mpilock/testing/checker/machine.hpp"
#include "mpilock/testing/checker/state_store.hpp"
#include "mpilock/testing/search_limits.hpp"
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
  checker(machine& what, expectations wanted, const search_limits& limits)
      : machine_(what),
        wanted_(std::move(wanted)),
        limits_(limits),
        memory_(limits.bytes),
        store_(what.settings().ranks, what.settings().words, what.has_past(), memory_) {}

  /// Searches until a property is broken, all states have been seen, or a limit is reached.
  verdict search() {
    try {
      explore();
      if (found_.holds()) look_for_endless_ends();
      if (found_.holds() && machine_.what_ranks_do().counts_overtaking) look_for_starvation();
    } catch (const std::bad_alloc&) {
      end_by(limit::memory);
    } catch (const out_of_time&) {
      end_by(limit::time);
    }
    sum_up();
    return found_;
  }

 private:
  using clock = std::chrono::steady_clock;
  struct out_of_time {};

  void explore() {
    reach(world{}, 0);
    for (state here = 0; here < store_.size(); ++here) {
      if (here == level_end_) {
        ++found_.depth;
        level_end_ = static_cast<state>(store_.size());
      }
      expand(here);
      if (found_.broken != property::none) return;
      if (store_.size() > limits_.states) return end_by(limit::states);
      found_.complete = here + 1 == store_.size();
      if (here % 64 == 0) mind_the_time();
    }
  }

  /// A property that was found broken stays the result.
  void end_by(limit what) {
    if (found_.broken != property::none) return;
    found_.complete = false;
    found_.ended_by = what;
  }

  double seconds() const { return std::chrono::duration<double>(clock::now() - begin_).count(); }
  void mind_the_time() const {
    if (seconds() > limits_.seconds) throw out_of_time();
  }

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
  bool is_fair(const std::pmr::vector<state>& component,
               const std::pmr::vector<std::uint32_t>& component_of, int waiting, access kind);
  bool waits_for(const world& now, int rank, access kind) const;
  void report(property broken, state here, const world* after);
  std::vector<state> path_to(state here) const;
  void sum_up();

  machine& machine_;
  expectations wanted_;
  search_limits limits_;
  clock::time_point begin_ = clock::now();
  limited_memory memory_;
  state_store store_;
  std::pmr::vector<state> parents_{&memory_};
  std::pmr::vector<edge> edges_{&memory_};  // only those that a later analysis needs
  std::pmr::vector<std::uint64_t> first_edge_{&memory_};
  state level_end_ = 1;
  verdict found_;
};

}  // namespace mpilock::testing

#include "mpilock/testing/checker/checker_liveness.hpp"
#include "mpilock/testing/checker/checker_search.hpp"
