#pragma once
/// @file
/// @brief The moves of `machine`: a call begins, a word changes.

#include <algorithm>
#include <cstdint>
#include <vector>

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
      load_old(from, rank, {.rank = rank, .what = now.next});
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
    case step_kind::guess:
      finish(from, rank, 0, {.rank = rank, .what = now.next});
      finish(from, rank, 1, {.rank = rank, .what = now.next});
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
  load_old(to, rank, done);
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
  const world::word before = word;
  if (what.what == step_kind::fetch_add) word.value += what.value;
  if (what.what == step_kind::fetch_or) word.value |= what.value;
  if (what.what == step_kind::fetch_and) word.value &= what.value;
  if (what.what == step_kind::exchange) word.value = what.value;
  if (what.where == settings_.lock_word && !counts_sections())
    word.value &= ~settings_.section_bits;
  done.after = word.value;
  if (what.acquires) knows = static_cast<std::uint8_t>(knows | word.carries);
  if (what.releases) word.carries = static_cast<std::uint8_t>(word.carries | knows);
  if (has_past()) follow_value(to, rank, what, before);
  advance(to, rank, done.before);
  settle(to, rank);
}

inline void machine::advance(world& to, int rank, std::uint64_t answer) {
  world::rank& mine = to.ranks[index(rank)];
  const claim before = at(to, rank).claims;
  const auto edge = code_[index(rank)].advance(mine.at, answer);
  mine.at = edge.to;
  if (edge.renames) rename_tickets(to, rank);
  if (edge.requests > 0) grow_old(to, rank, edge.requests);
  const standing& now = at(to, rank);
  if (now.next.what == step_kind::choose) forget_old_mail(to, rank);
  if (now.claims != before) change_claim(to, rank, before, now.claims);
  if (settings_.waits_locally && code(rank).polls_remotely(mine.at))
    breaks(property::local_waiting);
  if (code(rank).is_forgetful()) breaks(property::program_error);
  if (now.next.what == step_kind::choose) {
    const claim held = now.claims;
    if (counts_sections() && held != claim::none && now.sections != to.sections)
      breaks(property::epoch);
    if (program_.counts_overtaking && acquires(now.call)) forget_wait(to, rank);
  }
}

}  // namespace mpilock::testing
