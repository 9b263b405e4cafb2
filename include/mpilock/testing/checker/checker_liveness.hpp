#pragma once
/// @file
/// @brief The part of `checker` that uses the graph of all states: runs that never end, and
/// starvation.

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "mpilock/testing/checker/checker.hpp"

namespace mpilock::testing {

/// Once no more calls begin and nothing times out, every run must end: a cycle is a livelock. The
/// search is depth first. On the way back, it computes the longest way to the end from each state.
inline void checker::look_for_endless_ends() {
  constexpr std::uint32_t unknown = ~0U;
  constexpr std::uint32_t open = ~1U;
  first_edge_.push_back(edges_.size());
  std::pmr::vector<std::uint32_t> longest(store_.size(), unknown, &memory_);
  std::pmr::vector<std::pair<state, std::uint64_t>> way(&memory_);
  for (state root = 0; root < longest.size(); ++root) {
    if (longest[root] != unknown) continue;
    mind_the_time();
    way.assign(1, {root, first_edge_[root]});
    longest[root] = open;
    while (!way.empty()) {
      auto& [here, next] = way.back();
      while (next < first_edge_[here + 1] && !edges_[next].drains) ++next;
      if (next < first_edge_[here + 1]) {
        const state to = edges_[next++].to;
        if (longest[to] == open) return report(property::bounded_steps, here, nullptr);
        if (longest[to] != unknown) continue;
        longest[to] = open;
        way.emplace_back(to, first_edge_[to]);
        continue;
      }
      std::uint32_t most = 0;
      for (std::uint64_t i = first_edge_[here]; i < first_edge_[here + 1]; ++i)
        if (edges_[i].drains) most = std::max(most, longest[edges_[i].to] + 1);
      longest[here] = most;
      found_.longest_end = std::max(found_.longest_end, most);
      way.pop_back();
    }
  }
}

inline bool checker::waits_for(const world& now, int rank, access kind) const {
  return now.ranks[static_cast<std::size_t>(rank)].waits &&
         machine::waits_to(machine_.at(now, rank)) == kind;
}

inline void checker::look_for_starvation() {
  for (int rank = 0; rank < machine_.settings().ranks; ++rank) {
    found_.writers_starve = found_.writers_starve || starves(rank, access::write);
    found_.readers_starve = found_.readers_starve || starves(rank, access::read);
  }
  const bool promised_writers =
      machine_.settings().bounds.readers_past_writer != overtaking::unbounded;
  const bool promised_readers =
      machine_.settings().bounds.writers_past_reader != overtaking::unbounded;
  if ((promised_writers && found_.writers_starve) || (promised_readers && found_.readers_starve))
    found_.broken = property::fairness;
}

/// Whether there is an endless run with three properties. `waiting` waits all the time, ranks of
/// the other kind enter again and again, and every other rank makes its fair share of moves. Such a
/// run stays in one strongly connected component (Tarjan, SIAM J. Comput. 1(2), 1972) of the states
/// in which `waiting` waits.
inline bool checker::starves(int waiting, access kind) {
  const auto size = static_cast<state>(store_.size());
  std::vector<bool> inside(size);
  for (state each = 0; each < size; ++each)
    inside[each] = waits_for(store_.load(each), waiting, kind);
  const auto counts = [&](const edge& each) { return inside[each.to] && each.rank != waiting; };

  constexpr std::uint32_t none = ~0U;
  std::pmr::vector<std::uint32_t> order(size, none, &memory_);
  std::pmr::vector<std::uint32_t> low(size, 0, &memory_);
  std::pmr::vector<std::uint32_t> component_of(size, none, &memory_);
  std::pmr::vector<state> open(&memory_);
  std::pmr::vector<std::pair<state, std::uint64_t>> way(&memory_);
  std::uint32_t next_number = 0;
  for (state root = 0; root < size; ++root) {
    if (!inside[root] || order[root] != none) continue;
    way.assign(1, {root, first_edge_[root]});
    while (!way.empty()) {
      auto& [here, next] = way.back();
      if (order[here] == none) {
        order[here] = low[here] = next_number++;
        open.push_back(here);
      }
      bool descended = false;
      while (!descended && next < first_edge_[here + 1]) {
        const edge& each = edges_[next];
        if (!counts(each)) {
          ++next;
        } else if (order[each.to] == none) {
          way.emplace_back(each.to, first_edge_[each.to]);
          descended = true;
        } else {
          if (component_of[each.to] == none) low[here] = std::min(low[here], low[each.to]);
          ++next;
        }
      }
      if (descended) continue;
      const state done = here;
      way.pop_back();
      if (low[done] != order[done]) continue;
      mind_the_time();
      std::pmr::vector<state> component(&memory_);
      do {
        component.push_back(open.back());
        component_of[open.back()] = done;
        open.pop_back();
      } while (component.back() != done);
      if (is_fair(component, component_of, waiting, kind)) return true;
    }
  }
  return false;
}

/// A rank of the other kind enters in the component, and no other rank stands still, except
/// outside.
inline bool checker::is_fair(const std::pmr::vector<state>& component,
                             const std::pmr::vector<std::uint32_t>& component_of, int waiting,
                             access kind) {
  const claim other = kind == access::read ? claim::write : claim::read;
  const int ranks = machine_.settings().ranks;
  bool entered = false;
  std::vector<bool> moves(static_cast<std::size_t>(ranks));
  for (const state here : component) {
    for (std::uint64_t i = first_edge_[here]; i < first_edge_[here + 1]; ++i) {
      const edge& each = edges_[i];
      if (component_of[each.to] != component_of[here] || each.rank == waiting) continue;
      entered = entered || each.enters == other;
      moves[each.rank] = true;
    }
  }
  if (!entered) return false;
  const world some = store_.load(component.front());
  for (int rank = 0; rank < ranks; ++rank) {
    const standing& its = machine_.at(some, rank);
    const bool outside = its.next.what == step_kind::choose && !its.held.anything();
    if (rank != waiting && !moves[static_cast<std::size_t>(rank)] && !outside) return false;
  }
  return true;
}

}  // namespace mpilock::testing
