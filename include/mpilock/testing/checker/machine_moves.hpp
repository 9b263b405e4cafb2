#pragma once
/// @file
/// @brief The moves of `machine`, one function each.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "mpilock/policy/mail.hpp"
#include "mpilock/policy/message.hpp"
#include "mpilock/policy/word_window.hpp"
#include "mpilock/testing/checked_medium.hpp"
#include "mpilock/testing/checked_memory.hpp"
#include "mpilock/testing/checked_transport.hpp"
#include "mpilock/testing/checker/machine.hpp"

namespace mpilock::testing {

inline void machine::moves_of(const world& from, int rank) {
  const standing& now = at(from, rank);
  switch (now.next.what) {
    case step_kind::choose:
      for (const action each : choices(from, rank)) begin(from, rank, each);
      break;
    case step_kind::load:
    case step_kind::fetch_add:
    case step_kind::fetch_or:
    case step_kind::fetch_and:
    case step_kind::exchange: {
      world to = from;
      step done{.rank = rank, .what = now.next};
      do_word(to, rank, done);
      show(done, to);
      break;
    }
    case step_kind::await:
      await(from, rank);
      break;
    case step_kind::sleep:
      sleep(from, rank);
      break;
    case step_kind::wake:
      wake(from, rank);
      break;
    case step_kind::clock:
      finish(from, rank, 0, {.rank = rank, .what = now.next});
      finish(from, rank, 1, {.rank = rank, .what = now.next, .is_spontaneous = true});
      break;
    case step_kind::look_time: {  // beside a stopped rank, time passes
      const bool passes = has_stopped(from);
      finish(from, rank, 0, {.rank = rank, .what = now.next, .is_spontaneous = passes});
      finish(from, rank, 1, {.rank = rank, .what = now.next, .is_spontaneous = !passes});
      break;
    }
    case step_kind::pause:
      pause(from, rank);
      break;
    case step_kind::complete:
      complete(from, rank);
      break;
    case step_kind::receive:
      receive(from, rank);
      break;
    case step_kind::poke: {
      // A call of progress() ends only when all operations on this rank's words have landed.
      const auto& others = from.ranks;
      const bool has_work = std::any_of(others.begin(), others.end(), [&](const world::rank& each) {
        return std::any_of(each.under_way.begin(), each.under_way.begin() + each.count,
                           [&](const world::started& what) {
                             return !what.landed && what.word / settings_.stride == rank;
                           });
      });
      if (!has_work || now.call != action::progress)
        finish(from, rank, 0, {.rank = rank, .what = now.next});
      break;
    }
    default:
      break;  // steps that no other rank can see are settled at once
  }
}

inline void machine::finish(const world& from, int rank, std::uint64_t answer, step done) {
  world to = from;
  advance(to, rank, answer);
  settle(to, rank);
  show(done, to);
}

/// A call begins together with its first step on a word, since other ranks can't see the call
/// itself.
inline void machine::begin(const world& from, int rank, action call) {
  world to = from;
  step done{.rank = rank, .begins_call = true, .call = call};
  if (program_.counts_overtaking && acquires(call)) arrive(to, rank);
  advance(to, rank, static_cast<std::uint64_t>(call));
  settle(to, rank);
  const operation& first = at(to, rank).next;
  done.what = first;
  if (first.what >= step_kind::load && first.what <= step_kind::exchange) do_word(to, rank, done);
  show(done, to);
}

inline std::vector<action> machine::choices(const world& now, int rank) const {
  const holding held = at(now, rank).held;
  std::vector<action> all;
  const auto sent = std::count_if(now.messages.begin(), now.messages.begin() + now.message_count,
                                  [&](const world::parcel& each) { return each.from == rank; });
  // Positions grow only while a rank that knows some stands still, so not for ever.
  const bool is_long_line =
      settings_.places_drawn >= 0 && now.words[index(settings_.places_drawn)].value >=
                                         4 * static_cast<std::uint64_t>(settings_.ranks);
  if (sent < 3 && !is_long_line) all = program_.allowed(held);
  const int limit = program_.write_sections;
  if (limit >= 0 && now.sections >= limit)
    std::erase_if(all, [](action each) { return kind_of(each) == access::write; });
  if (held.reads > 0) all.push_back(action::unlock_read);
  if (held.writes > 0) all.push_back(action::unlock_write);
  bool is_needed = std::any_of(now.messages.begin(), now.messages.begin() + now.message_count,
                               [&](const world::parcel& each) { return each.to == rank; });
  for (int other = 0; settings_.lazy && other < settings_.ranks; ++other) {
    const world::rank& each = now.ranks[index(other)];
    for (int i = 0; i < each.count; ++i)
      is_needed = is_needed || (!each.under_way[index(i)].landed &&
                                each.under_way[index(i)].word / settings_.stride == rank);
  }
  if (is_needed) all.push_back(action::progress);
  return all;
}

inline void machine::do_word(world& to, int rank, step& done) {
  const operation what = at(to, rank).next;
  world::word& word = to.words[what.where];
  std::uint8_t& knows = to.ranks[index(rank)].knows;
  done.before = word.value;
  if (what.what == step_kind::fetch_add) word.value += what.value;
  if (what.what == step_kind::fetch_or) word.value |= what.value;
  if (what.what == step_kind::fetch_and) word.value &= what.value;
  if (what.what == step_kind::exchange) word.value = what.value;
  if (what.where == settings_.lock_word && !counts_sections())
    word.value &= ~settings_.section_bits;
  done.after = word.value;
  if (what.acquires) knows = static_cast<std::uint8_t>(knows | word.carries);
  if (what.releases) word.carries = static_cast<std::uint8_t>(word.carries | knows);
  advance(to, rank, done.before);
  settle(to, rank);
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

}  // namespace mpilock::testing

#include "mpilock/testing/checker/machine_effects.hpp"
