#pragma once
/// @file
/// @brief The search of `checker`, and the checks in every state.

#include <algorithm>
#include <cstdint>
#include <string>

#include "mpilock/testing/checker/checker.hpp"

namespace mpilock::testing {

inline checker::state checker::reach(const world& now, state parent) {
  const auto [number, is_new] = store_.insert(now);
  if (is_new) parents_.push_back(parent);
  return number;
}

inline void checker::expand(state here) {
  const world now = store_.load(here);
  bool anybody_goes_on = false;
  bool anything_drains = false;
  property first_broken = property::none;
  world broken_world;
  first_edge_.push_back(edges_.size());
  const bool keeps_all = machine_.what_ranks_do().counts_overtaking;
  std::vector<nap> naps;
  machine_.successors(now, [&](const step& move, const world& after, property broken) {
    ++found_.transitions;
    if (broken != property::none && first_broken == property::none) {
      first_broken = broken;
      broken_world = after;
    }
    if (first_broken != property::none) return;
    const bool asks = move.begins_call && acquires(move.call);
    const bool drains = !asks && !move.is_spontaneous;
    anything_drains = anything_drains || drains;
    anybody_goes_on =
        anybody_goes_on || (drains && (!move.begins_call || move.call == action::progress));
    const state next = reach(after, here);
    if (move.ends_nap) naps.push_back({move.rank, next});
    const claim held = machine_.at(now, move.rank).claims;
    const claim holds = machine_.at(after, move.rank).claims;
    if (drains || keeps_all)
      edges_.push_back({next, static_cast<std::uint8_t>(move.rank), drains,
                        holds == held ? claim::none : holds});
  });
  if (first_broken != property::none) return report(first_broken, here, &broken_world);
  if (!machine_.has_stopped(now)) return check(here, now, anybody_goes_on, anything_drains);
  const head_count all = count(now);
  if (all.writers > 1 || (all.writers == 1 && all.readers > 0))
    report(property::exclusion, here, nullptr);
  if (!anybody_goes_on && all.writers == 0) rely_on_naps(here, now, naps);
}

inline checker::head_count checker::count(const world& now) const {
  head_count all;
  for (int rank = 0; rank < machine_.settings().ranks; ++rank) {
    const standing& its = machine_.at(now, rank);
    all.readers += its.claims == claim::read ? 1 : 0;
    all.writers += its.claims == claim::write ? 1 : 0;
    if (its.next.what != step_kind::choose)
      ++all.waiting[machine::waits_to(its) == access::write ? 1 : 0];
  }
  return all;
}

/// A rank is stopped, and no rank moves by itself. But time passes. Each other waiting rank that
/// the policy would let in must enter when its nap is over. A rank that the policy puts behind the
/// stopped rank continues to wait.
inline void checker::rely_on_naps(state here, const world& now, const std::vector<nap>& naps) {
  const head_count all = count(now);
  for (int rank = 0; rank < machine_.settings().ranks; ++rank) {
    const standing& its = machine_.at(now, rank);
    if (now.ranks[static_cast<std::size_t>(rank)].is_stopped || its.next.what == step_kind::choose)
      continue;
    if (!wanted_.is_turn_of(machine::waits_to(its), all.readers, all.waiting[0], all.waiting[1]))
      continue;
    const auto last = edges_.size();
    for (const nap& each : naps)
      if (each.rank == rank)
        edges_.push_back({each.to, static_cast<std::uint8_t>(rank), true, claim::none});
    if (edges_.size() == last) report(property::no_needless_wait, here, nullptr);
  }
}

inline void checker::check(state here, const world& now, bool anybody_goes_on,
                           bool anything_drains) {
  const head_count all = count(now);
  bool at_rest = true;
  for (int rank = 0; rank < machine_.settings().ranks; ++rank) {
    const standing& its = machine_.at(now, rank);
    at_rest = at_rest && its.next.what == step_kind::choose && !its.held.anything();
  }
  if (all.writers > 1 || (all.writers == 1 && all.readers > 0))
    report(property::exclusion, here, nullptr);
  if (at_rest && !anybody_goes_on) check_rest(here, now);
  if (!at_rest && !anything_drains) report(property::no_deadlock, here, nullptr);
  if (!anybody_goes_on && all.writers == 0) check_turns(here, now);
  if (machine_.what_ranks_do().counts_overtaking) note_overtaking(here, now);
}

/// Whether a rank at rest is as in the beginning, except for values that are meant to last.
inline bool is_as_in(const standing& beginning, const standing& now) {
  const auto rest = [](const standing& each) {
    return each.key.substr(0, each.key.size() - each.lasting.size());
  };
  return rest(now) == rest(beginning);
}

/// All ranks are outside and nothing is under way: the state must be the initial one.
inline void checker::check_rest(state here, const world& now) {
  const machine_settings& settings = machine_.settings();
  bool clean = true;
  for (const int word : settings.clear_at_rest) {
    const std::uint64_t ignored =
        word == settings.lock_word ? settings.section_bits | settings.lasting_bits : 0;
    clean = clean && (now.words[static_cast<std::size_t>(word)].value & ~ignored) == 0;
  }
  for (int rank = 0; rank < settings.ranks; ++rank) {
    const world::rank& its = now.ranks[static_cast<std::size_t>(rank)];
    clean = clean && its.count == 0;
    const bool counts = machine_.what_ranks_do().write_sections >= 0;
    const standing& begun = machine_.code(rank).at(rank_automaton::initial);
    clean = clean && (counts || is_as_in(begun, machine_.at(now, rank)));
  }
  if (!clean) report(property::nothing_left, here, nullptr);
}

/// No rank moves by itself and no writer is inside: then no rank may wait whose turn it is.
inline void checker::check_turns(state here, const world& now) {
  const auto [inside, writers, waiting] = count(now);
  if (waiting[0] + waiting[1] > 0 && wanted_.is_due(inside, waiting[0], waiting[1]))
    report(property::no_needless_wait, here, nullptr);
}

inline void checker::note_overtaking(state here, const world& now) {
  for (int rank = 0; rank < machine_.settings().ranks; ++rank) {
    const world::rank& its = now.ranks[static_cast<std::size_t>(rank)];
    if (!its.waits) continue;
    const bool writes = machine::waits_to(machine_.at(now, rank)) == access::write;
    const unsigned times = its.overtaken[writes ? 0 : 1];
    unsigned& most = writes ? found_.readers_past_writer : found_.writers_past_reader;
    most = std::max(most, times);
    const unsigned bound = writes ? machine_.settings().bounds.readers_past_writer
                                  : machine_.settings().bounds.writers_past_reader;
    if (bound != overtaking::unbounded && times > bound) report(property::fairness, here, nullptr);
    const unsigned among_writers = machine_.settings().bounds.writers_past_writer;
    if (!writes || among_writers == overtaking::unbounded) continue;
    found_.writers_past_writer = std::max<unsigned>(found_.writers_past_writer, its.overtaken[1]);
    if (its.overtaken[1] > among_writers) report(property::fairness, here, nullptr);
  }
}

inline std::vector<checker::state> checker::path_to(state here) const {
  std::vector<state> path{here};
  while (path.back() != 0) path.push_back(parents_[path.back()]);
  std::reverse(path.begin(), path.end());
  return path;
}

/// Finds the moves between the states on the way, and the move to `after`, if it is given.
inline void checker::report(property broken, state here, const world* after) {
  if (found_.broken != property::none) return;
  found_.broken = broken;
  const std::vector<state> path = path_to(here);
  const auto add = [&](const step& move, const world& to) {
    found_.trace.push_back(line_of(machine_, move, to));
  };
  for (std::size_t i = 0; i + 1 < path.size() + (after != nullptr ? 1 : 0); ++i) {
    bool done = false;
    int choice = 0;
    const world from = store_.load(path[i]);
    machine_.successors(from, [&](const step& move, const world& to, property) {
      const bool is_last = i + 1 == path.size();
      const bool fits = !done && (is_last ? store_.insert(to).first == store_.insert(*after).first
                                          : store_.insert(to).first == path[i + 1]);
      if (fits) {
        add(move, to);
        found_.schedule += (found_.schedule.empty() ? "" : " ") + std::to_string(choice);
        done = true;
      }
      ++choice;
    });
  }
}

inline void checker::sum_up() {
  found_.ranks = machine_.settings().ranks;
  found_.states = parents_.size();
  for (int rank = 0; rank < found_.ranks; ++rank) {
    found_.code_states += machine_.code(rank).states();
    found_.most_remote_steps =
        std::max(found_.most_remote_steps, machine_.code(rank).most_remote_steps());
  }
  found_.bytes = memory_.most_used();
  found_.seconds = seconds();
}

}  // namespace mpilock::testing
