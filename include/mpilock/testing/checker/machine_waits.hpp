#pragma once
/// @file
/// @brief The moves of `machine` of ranks that wait, sleep, wake up, or stop.

#include <algorithm>
#include <cstdint>

#include "mpilock/policy/mail.hpp"
#include "mpilock/policy/slot.hpp"
#include "mpilock/testing/checked_medium.hpp"
#include "mpilock/testing/checked_memory.hpp"
#include "mpilock/testing/checker/machine.hpp"

namespace mpilock::testing {

inline void machine::pause(const world& from, int rank) {
  step done{.rank = rank, .what = at(from, rank).next};
  if (resumes(from, rank, done.is_spontaneous)) {
    done.ends_nap = done.is_spontaneous;
    finish(from, rank, scheduled_idle::goes_on, done);
    done.ends_nap = false;
  }
  if (!program_.waits_throw) return;
  done.is_spontaneous = done.throws = true;
  finish(from, rank, scheduled_idle::throws, done);
}

inline bool machine::resumes(const world& now, int rank, bool& spontaneous) const {
  const watch& vain = at(now, rank).vain;
  const bool changed = std::any_of(
      vain.words.begin(), vain.words.end(),
      [&](const watched_word& each) { return now.words[each.word].value != each.value; });
  const bool heard =
      vain.messages && std::any_of(now.messages.begin(), now.messages.begin() + now.message_count,
                                   [&](const world::parcel& each) { return each.to == rank; });
  const bool may_go_on = vain.acted || changed || heard;
  spontaneous = !may_go_on;
  return may_go_on || vain.clock || program_.naps_end();
}

inline void machine::await(const world& from, int rank) {
  const operation& what = at(from, rank).next;
  const world::word& box = from.words[what.where];
  step done{.rank = rank, .what = what, .before = box.value, .after = box.value};
  if (mail::unpack(box.value).ticket == what.value) {
    world to = from;
    std::uint8_t& knows = to.ranks[index(rank)].knows;
    knows = static_cast<std::uint8_t>(knows | box.carries);
    advance(to, rank, box.value);
    settle(to, rank);
    show(done, to);
    return;
  }
  done.is_spontaneous = true;
  if (what.detail != 0) finish(from, rank, checked_medium::too_late, done);
  done.ends_nap = true;
  if (program_.naps_end()) finish(from, rank, checked_medium::nap_is_over, done);
}

inline void machine::sleep(const world& from, int rank) {
  const operation& what = at(from, rank).next;
  const std::uint64_t value = from.words[what.where].value;
  step done{.rank = rank, .what = what, .before = value, .after = value};
  world to = from;
  std::uint8_t& sleeps_on = to.ranks[index(rank)].sleeps_on;
  if (sleeps_on == world::nowhere &&
      static_cast<std::uint32_t>(value) == static_cast<std::uint32_t>(what.detail)) {
    sleeps_on = static_cast<std::uint8_t>(what.where);
    return show(done, to);
  }
  done.is_spontaneous = sleeps_on != world::nowhere;
  sleeps_on = world::nowhere;
  if (done.is_spontaneous && program_.naps_end()) {
    step over = done;
    over.ends_nap = true;
    finish(to, rank, checked_memory::nap_is_over, over);
  }
  finish(to, rank, checked_memory::woken, done);
}

inline void machine::wake(const world& from, int rank) {
  const operation& what = at(from, rank).next;
  world to = from;
  for (int other = 0; other < settings_.ranks; ++other) {
    if (to.ranks[index(other)].sleeps_on != what.where) continue;
    to.ranks[index(other)].sleeps_on = world::nowhere;
    advance(to, other, 0);
    settle(to, other);
    break;
  }
  step done{.rank = rank, .what = what};
  done.before = done.after = to.words[what.where].value;
  advance(to, rank, 0);
  settle(to, rank);
  show(done, to);
}

/// A rank stops only while it waits and counts for nothing else: it is enqueued, and not about to
/// be handed the lock. Even if its wait ends while it is stopped, it moves no more.
inline bool machine::may_stop(const world& now, int rank) const {
  const step_kind next = at(now, rank).next.what;
  const bool sleeps = next == step_kind::await || next == step_kind::sleep ||
                      (settings_.stride > 0 && next == step_kind::pause);
  if (!sleeps || settings_.tickets_in.empty() || has_stopped(now)) return false;
  const auto& slots = settings_.tickets_in[index(rank)];
  return std::any_of(slots.begin(), slots.end(), [&](int word) {
    const std::uint64_t its = now.words[index(word)].value;
    return its != 0 && !slot::unpack(its).has_insisted;
  });
}

inline void machine::stop(const world& from, int rank) {
  world to = from;
  to.ranks[index(rank)].is_stopped = true;
  show({.rank = rank, .what = at(from, rank).next, .is_spontaneous = true, .stops = true}, to);
}

}  // namespace mpilock::testing
