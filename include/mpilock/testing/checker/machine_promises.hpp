#pragma once
/// @file
/// @brief How `machine` follows what ranks know of the datum, and how often they are overtaken.

#include <algorithm>
#include <cstdint>

#include "mpilock/testing/checker/machine.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing {

inline void machine::change_claim(world& to, int rank, claim before, claim after) {
  if (program_.tracks_datum) follow_datum(to, rank, before, after);
  if (before == claim::write && counts_sections()) ++to.sections;
  const bool enters = before == claim::none || (before == claim::read && after == claim::write);
  if (enters && program_.counts_overtaking)
    count_newcomer(to, rank, after == claim::write ? access::write : access::read);
}

/// A rank that begins to use the datum must know all earlier accesses that matter to it. A rank
/// that ends has made an access that no other rank knows yet.
inline void machine::follow_datum(world& to, int rank, claim before, claim after) {
  std::uint8_t& knows = to.ranks[index(rank)].knows;
  const auto becomes_news = [&](std::uint8_t access, std::uint8_t settled) {
    const auto update = [&](std::uint8_t bits) {
      return static_cast<std::uint8_t>((bits & ~access) | settled);
    };
    for (int i = 0; i < settings_.words; ++i)
      to.words[index(i)].carries = update(to.words[index(i)].carries);
    if (has_past())
      for (auto& each : to.past) each.carries = update(each.carries);
    for (auto& each : to.ranks) each.knows = update(each.knows);
    for (auto& each : to.messages) each.carries = update(each.carries);
    for (auto& each : to.ranks)
      for (auto& under : each.under_way) under.carries = update(under.carries);
    knows = static_cast<std::uint8_t>(knows | access);
  };
  constexpr std::uint8_t reads = static_cast<std::uint8_t>(~world::written);
  if (before == claim::read) becomes_news(bit(rank), 0);
  if (before == claim::write) becomes_news(world::written, reads);
  if (after == claim::read && (knows & world::written) == 0) breaks(property::fresh_datum);
  if (after == claim::write && knows != 0xff) breaks(property::fresh_datum);
}

/// A rank waits from the moment at which it looks for its grant and no message from it is under
/// way.
inline void machine::note_waits(world& to) const {
  for (int rank = 0; rank < settings_.ranks; ++rank) {
    const standing& its = at(to, rank);
    const bool blocks = its.next.what == step_kind::await || its.next.what == step_kind::sleep ||
                        its.next.what == step_kind::pause;
    const auto last = to.messages.begin() + to.message_count;
    const bool is_known = std::none_of(
        to.messages.begin(), last, [&](const world::parcel& each) { return each.from == rank; });
    if (blocks && acquires(its.call) && is_known) to.ranks[index(rank)].waits = true;
  }
}

inline void machine::forget_wait(world& to, int rank) const {
  world::rank& mine = to.ranks[index(rank)];
  mine.waits = false;
  mine.came_after = 0;
  mine.overtaken = {};
  for (world::rank& each : to.ranks)
    each.came_after = static_cast<std::uint8_t>(each.came_after & ~bit(rank));
}

inline access machine::waits_to(const standing& its) {
  // A timed upgrade that has given up waits without a clock, to read again.
  const bool timed = its.next.what == step_kind::await ? its.next.detail != 0 : its.vain.clock;
  const bool reads_again = its.call == action::timed_write && its.held.reads > 0 && !timed;
  return reads_again ? access::read : kind_of(its.call);
}

/// Whether the policy bounds how often this rank is overtaken.
inline bool machine::is_protected(const standing& waiting) const {
  const overtaking& bounds = settings_.bounds;
  if (waits_to(waiting) == access::read) return bounds.writers_past_reader != overtaking::unbounded;
  return std::min(bounds.readers_past_writer, bounds.writers_past_writer) != overtaking::unbounded;
}

inline void machine::arrive(world& to, int rank) const {
  for (int other = 0; other < settings_.ranks; ++other)
    if (other != rank && to.ranks[index(other)].waits && is_protected(at(to, other)))
      to.ranks[index(rank)].came_after =
          static_cast<std::uint8_t>(to.ranks[index(rank)].came_after | bit(other));
}

/// How far newcomers of a kind are counted, which is one more than the bound. Where the policy
/// promises nothing, or so much that a byte can't count it, the count ends early.
inline std::uint8_t machine::enough_of(access waiting, access newcomer) const {
  const overtaking& bounds = settings_.bounds;
  const unsigned bound = newcomer == access::read  ? bounds.readers_past_writer
                         : waiting == access::read ? bounds.writers_past_reader
                                                   : bounds.writers_past_writer;
  if (bound == overtaking::unbounded) return 3;
  return static_cast<std::uint8_t>(std::min(bound, largest_counted_bound) + 1);
}

/// A newcomer has entered. It has overtaken each rank that waited before it came and still waits.
inline void machine::count_newcomer(world& to, int rank, access kind) const {
  const overtaking& bounds = settings_.bounds;
  for (int other = 0; other < settings_.ranks; ++other) {
    if ((to.ranks[index(rank)].came_after & bit(other)) == 0) continue;
    const bool is_bounded =
        waits_to(at(to, other)) != kind ||
        (kind == access::write && bounds.writers_past_writer != overtaking::unbounded);
    if (!is_bounded) continue;  // the order within a kind is free
    std::uint8_t& times = to.ranks[index(other)].overtaken[kind == access::write ? 1 : 0];
    if (times < enough_of(waits_to(at(to, other)), kind)) ++times;
  }
}

}  // namespace mpilock::testing
