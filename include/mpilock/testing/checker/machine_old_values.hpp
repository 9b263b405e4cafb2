#pragma once
/// @file
/// @brief How plain loads of `machine` return older values, as far as the C++ memory model allows.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "mpilock/testing/checker/machine.hpp"

namespace mpilock::testing {

/// A load that is not sequentially consistent may return the value before the newest, unless the
/// rank must see the newest: it has seen or written it, or what happened before tells it. No rank
/// may rely on such a load: in the end each rank sees the newest value. Values before the last two
/// are not kept.
inline void machine::load_old(const world& from, int rank, step done) {
  const operation& what = at(from, rank).next;
  const bool is_plain = what.what == step_kind::load && what.detail == 0;
  if (!has_past() || !is_plain || !may_load_old(from, rank, what.where)) return;
  world to = from;
  const world::word& past = to.past[what.where];
  done.before = done.after = past.value;
  done.is_spontaneous = true;
  world::rank& mine = to.ranks[index(rank)];
  if (what.acquires) {
    mine.knows = static_cast<std::uint8_t>(mine.knows | past.carries);
    mine.must_see |= past.shows;
  }
  advance(to, rank, done.before);
  settle(to, rank);
  show(done, to);
}

inline bool machine::may_load_old(const world& now, int rank, std::size_t word) const {
  return (now.ranks[index(rank)].must_see >> word & 1) == 0;
}

/// What the rank and the word show after an operation on the word, which held `before`.
inline void machine::follow_value(world& to, int rank, const operation& what,
                                  const world::word& before) const {
  world::word& word = to.words[what.where];
  world::rank& mine = to.ranks[index(rank)];
  const std::uint32_t this_word = std::uint32_t{1} << what.where;
  if (what.acquires) mine.must_see |= word.shows;
  if (word.value != before.value) {
    to.past[what.where] = before;
    for (int i = 0; i < settings_.words; ++i) {
      to.words[index(i)].shows &= ~this_word;
      to.past[index(i)].shows &= ~this_word;
    }
    for (int other = 0; other < settings_.ranks; ++other) {
      const auto& boxes = settings_.mailboxes;
      const bool is_read_here = what.where != settings_.places_drawn &&
                                (std::find(boxes.begin(), boxes.end(), what.where) == boxes.end() ||
                                 boxes[index(other)] == what.where);
      if (is_read_here) to.ranks[index(other)].must_see &= ~this_word;
    }
  }
  mine.must_see |= this_word;
  if (what.releases) word.shows |= mine.must_see;
}

/// Once all ranks must see the newest value of a word, the older one is nothing.
inline void machine::forget_past(world& to) const {
  for (int i = 0; i < settings_.words; ++i) {
    const std::uint32_t this_word = std::uint32_t{1} << i;
    const bool is_nothing = to.past[index(i)].value == to.words[index(i)].value;
    bool may_be_loaded = false;
    for (int rank = 0; rank < settings_.ranks; ++rank) {
      std::uint32_t& must_see = to.ranks[index(rank)].must_see;
      if (is_nothing) must_see |= this_word;
      may_be_loaded = may_be_loaded || (must_see & this_word) == 0;
    }
    if (may_be_loaded) continue;
    to.past[index(i)] = {};
    for (int other = 0; other < settings_.words; ++other) {
      to.words[index(other)].shows |= this_word;
      to.past[index(other)].shows |= this_word;
    }
  }
}

}  // namespace mpilock::testing
