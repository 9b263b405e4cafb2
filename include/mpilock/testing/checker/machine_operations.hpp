#pragma once
/// @file
/// @brief The operations on windows that `machine` has under way: they start, land, and complete.

#include <algorithm>
#include <cstdint>

#include "mpilock/policy/word_window.hpp"
#include "mpilock/testing/checker/machine.hpp"

namespace mpilock::testing {

/// Takes the steps that no other rank can see.
inline void machine::settle(world& to, int rank) {
  while (settle_one(to, rank)) continue;
}

inline bool machine::settle_one(world& to, int rank) {
  const operation what = at(to, rank).next;
  world::rank& mine = to.ranks[index(rank)];
  switch (what.what) {
    case step_kind::start:
      start(to, rank, what);
      break;
    case step_kind::send:
      send(to, rank, what);
      break;
    case step_kind::poke:
      if (settings_.lazy) return false;
      break;
    case step_kind::relax:
      break;
    case step_kind::look_time:
      if (program_.naps_end()) return false;
      break;
    case step_kind::collect: {
      const auto first = mine.under_way.begin();
      const auto last = first + mine.count;
      const auto found = std::find_if(first, last, [&](const world::started& each) {
        return each.word / settings_.stride == what.where;
      });
      const std::uint64_t result = found->result;
      std::move(found + 1, last, found);
      mine.under_way[--mine.count] = {};
      advance(to, rank, result);
      return true;
    }
    default:
      return false;
  }
  advance(to, rank, 0);
  return true;
}

inline void machine::start(world& to, int rank, const operation& what) {
  constexpr auto look = static_cast<std::uint64_t>(word_op::look);
  for (int other = 0; other < settings_.ranks; ++other) {
    const world::rank& its = to.ranks[index(other)];
    for (int i = 0; i < its.count; ++i) {
      const world::started& each = its.under_way[index(i)];
      if (each.word == what.where && each.op != look && what.detail != look &&
          each.op != what.detail)
        breaks(property::one_operation);
    }
  }
  world::rank& mine = to.ranks[index(rank)];
  mine.under_way[mine.count++] = {
      .operand = what.value, .word = what.where, .op = static_cast<std::uint8_t>(what.detail)};
}

inline bool machine::is_in_mpi(const world& now, int rank) const {
  const standing& its = at(now, rank);
  return its.next.what == step_kind::complete || its.next.what == step_kind::poke ||
         (its.next.what == step_kind::pause && its.vain.mpi);
}

inline bool machine::may_land(const world& now, int rank, const world::started& what) const {
  const int target = what.word / settings_.stride;
  return !settings_.lazy || target == rank || is_in_mpi(now, target);
}

inline void machine::land(world& to, int rank, world::started& what) const {
  world::word& word = to.words[what.word];
  const auto op = static_cast<word_op>(what.op);
  what.result = word.value;
  what.carries = word.carries;
  what.landed = true;
  if (op == word_op::look) return;
  word.value = op == word_op::sum ? word.value + what.operand : what.operand;
  if (what.word == settings_.lock_word && !counts_sections()) word.value &= ~settings_.section_bits;
  word.carries = static_cast<std::uint8_t>(word.carries | to.ranks[index(rank)].knows);
}

/// Whether only one operation must still land before a pending completion. That operation then
/// lands in the move of the completion itself, since no rank can see the difference.
inline bool machine::is_awaited_by_completion(const world& now, int rank, int target) const {
  const operation& next = at(now, rank).next;
  if (next.what != step_kind::complete || next.where != target) return false;
  const world::rank& mine = now.ranks[index(rank)];
  return std::count_if(mine.under_way.begin(), mine.under_way.begin() + mine.count,
                       [&](const world::started& each) {
                         return !each.landed && each.word / settings_.stride == target;
                       }) == 1;
}

inline void machine::landings_of(const world& from, int rank) {
  for (int i = 0; i < from.ranks[index(rank)].count; ++i) {
    const world::started& what = from.ranks[index(rank)].under_way[index(i)];
    if (what.landed || !may_land(from, rank, what) ||
        is_awaited_by_completion(from, rank, what.word / settings_.stride))
      continue;
    world to = from;
    land(to, rank, to.ranks[index(rank)].under_way[index(i)]);
    step done{.rank = rank, .what = {.where = what.word}, .lands = true};
    done.before = from.words[what.word].value;
    done.after = to.words[what.word].value;
    show(done, to);
  }
}

inline void machine::complete(const world& from, int rank) {
  world to = from;
  const operation& what = at(from, rank).next;
  step done{.rank = rank, .what = what};
  world::rank& mine = to.ranks[index(rank)];
  const bool lands_now = is_awaited_by_completion(from, rank, what.where);
  for (int i = 0; i < mine.count; ++i) {
    world::started& each = mine.under_way[index(i)];
    if (each.word / settings_.stride != what.where) continue;
    if (!each.landed && (!lands_now || !may_land(from, rank, each))) return;
    done.what.where = each.word;
    done.before = to.words[each.word].value;
    if (!each.landed) land(to, rank, each);
    done.after = to.words[each.word].value;
    mine.knows = static_cast<std::uint8_t>(mine.knows | each.carries);
  }
  advance(to, rank, 0);
  settle(to, rank);
  show(done, to);
}

}  // namespace mpilock::testing
