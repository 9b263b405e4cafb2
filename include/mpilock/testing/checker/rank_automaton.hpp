#pragma once
/// @file
/// @brief The states that one rank's code can be in, found by running it.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mpilock/testing/checker/rank_code.hpp"

namespace mpilock::testing {

/// A state is a history of answers since the lock was made. All histories with the same key are one
/// state, and the first one, which is a shortest one, represents it. Each answer is tried once,
/// then remembered. So a search over many ranks runs the code only a few thousand times.
///
/// Equal keys must mean equal futures, which is audited. Some of the histories that met in a state
/// are kept, and each answer is tried on all of them. If they diverge, the code remembers something
/// that it does not show.
class rank_automaton {
 public:
  using state = std::uint32_t;
  static constexpr state initial = 0;

  rank_automaton(rank_code code, int rank) : code_(std::move(code)), rank_(rank) {
    add(initial, 0);
  }

  const standing& at(state where) const { return nodes_[where].now; }

  /// The state that an answer leads to. It also says whether the rank's tickets were renamed on the
  /// way, and how many requests the rank made.
  struct edge {
    std::uint64_t answer;
    state to;
    bool renames;
    std::uint8_t requests;
  };

  edge advance(state from, std::uint64_t answer) {
    for (const edge& known : nodes_[from].next)
      if (known.answer == answer) return known;
    const edge found = add(from, answer);
    nodes_[from].next.push_back(found);
    for (const step& other : nodes_[from].also_from) audit(other, found);
    return found;
  }

  /// Whether two histories with the same key diverged.
  bool is_forgetful() const { return is_forgetful_; }

  /// Whether a loop that pauses here uses memory of another rank in every round.
  bool polls_remotely(state where) const { return nodes_[where].polls_remotely; }

  std::size_t states() const { return nodes_.size(); }
  /// The most operations on memory of other ranks, or messages, in one call. Further rounds of a
  /// loop that collapses are not counted.
  int most_remote_steps() const { return most_remote_steps_; }

 private:
  struct step {
    state parent;
    std::uint64_t answer;
  };
  struct node {
    step from;
    standing now;
    std::vector<step> also_from;  // some of the other histories with the same key
    std::vector<edge> next;
    int remote_steps = 0;  // since the call began
    bool polls_remotely = false;
  };

  edge add(state parent, std::uint64_t answer) {
    const auto here = static_cast<state>(nodes_.size());
    standing now = code_(rank_, here == initial ? answers() : history_of({parent, answer}));
    const int remote = remote_steps_with(parent, here);
    const auto requests =
        static_cast<std::uint8_t>(here == initial ? 0 : now.request - at(parent).request);
    if (!now.key.empty()) {
      const auto [known, is_new] = by_key_.try_emplace(now.key, here);
      if (!is_new) {
        look_for_polling({parent, answer}, known->second);
        remember({parent, answer}, now, known->second);
        return {answer, known->second, now.ticket != at(known->second).ticket, requests};
      }
    }
    const bool at_rest = now.next.what == step_kind::choose;
    nodes_.push_back({{parent, answer}, std::move(now), {}, {}, at_rest ? 0 : remote});
    most_remote_steps_ = std::max(most_remote_steps_, remote);
    return {answer, here, false, requests};
  }

  using answers = std::vector<std::uint64_t>;

  answers history_of(const step& last) const {
    answers all{last.answer};
    for (state each = last.parent; each != initial; each = nodes_[each].from.parent)
      all.push_back(nodes_[each].from.answer);
    std::reverse(all.begin(), all.end());
    return all;
  }

  void remember(const step& other, const standing& its, state met) {
    constexpr std::size_t enough = 8;
    node& known = nodes_[met];
    const bool same_names = its.ticket == known.now.ticket && its.request == known.now.request;
    if (known.also_from.size() == enough || !same_names) return;
    known.also_from.push_back(other);
    for (const edge& each : known.next) audit(other, each);
  }

  void audit(const step& other, const edge& answered) {
    answers history = history_of(other);
    history.push_back(answered.answer);
    const standing other_way = code_(rank_, history);
    const standing& known_way = nodes_[answered.to].now;
    const bool same =
        known_way.key.empty() ? other_way.next == known_way.next : other_way.key == known_way.key;
    is_forgetful_ = is_forgetful_ || !same;
  }

  int remote_steps_with(state parent, state here) const {
    if (here == initial) return 0;
    return nodes_[parent].remote_steps + (is_remote(parent) ? 1 : 0);
  }

  bool is_remote(state where) const {
    const operation& next = nodes_[where].now.next;
    return next.is_remote && next.what != step_kind::complete;  // counted when started
  }

  /// A round of a loop leads from `loop` back to it through `last`. The loop is a wait if it pauses
  /// somewhere. Then it must not use memory of another rank. It may send messages: a home sends
  /// them while it serves other ranks. A look now and then is no polling: after a nap, or when a
  /// look is due.
  void look_for_polling(step last, state loop) {
    bool remote = false;
    state pause = initial;
    for (state each = last.parent;; last = nodes_[each].from, each = last.parent) {
      const operation& next = nodes_[each].now.next;
      if (next.what == step_kind::await || next.what == step_kind::sleep ||
          (next.what == step_kind::look_time && last.answer != 0))
        return;
      if (next.what == step_kind::choose) return;  // another way to this state, not a round
      if (next.what == step_kind::pause) pause = each;
      remote = remote || (is_remote(each) && next.what != step_kind::send);
      if (each == loop) break;
    }
    if (remote && pause != initial) nodes_[pause].polls_remotely = true;
  }

  rank_code code_;
  int rank_;
  std::deque<node> nodes_;  // not a vector: code that looks at a state may meanwhile add states
  std::unordered_map<std::string, state> by_key_;
  int most_remote_steps_ = 0;
  bool is_forgetful_ = false;
};

}  // namespace mpilock::testing
