#pragma once
/// @file
/// @brief The effects of the moves of `machine`: operations and messages under way, ranks inside.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "mpilock/testing/checker/machine_moves.hpp"

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

inline bool is_request(std::uint64_t code) {
  const auto what = static_cast<verb>(code & 0xff);
  return what == verb::enter || what == verb::try_enter || what == verb::upgrade ||
         what == verb::try_upgrade;
}

inline void machine::send(world& to, int rank, const operation& what) {
  const auto first = to.messages.begin();
  const std::uint8_t age = rank == settings_.home ? to.ranks[what.where].behind : 0;
  // Messages keep their order for each pair of ranks. Among pairs there is no order, so they are
  // sorted.
  const world::parcel mine{static_cast<std::uint8_t>(rank), static_cast<std::uint8_t>(what.where),
                           age, to.ranks[index(rank)].knows, what.detail};
  const auto comes_after = [](const world::parcel& a, const world::parcel& b) {
    return std::pair(a.to, a.from) < std::pair(b.to, b.from);
  };
  const auto place = std::upper_bound(first, first + to.message_count, mine, comes_after);
  std::move_backward(place, first + to.message_count, first + to.message_count + 1);
  *place = mine;
  ++to.message_count;
}

inline void machine::receive(const world& from, int rank) {
  const operation& what = at(from, rank).next;
  int last_sender = -1;
  bool any = false;
  for (int i = 0; i < from.message_count; ++i) {
    const world::parcel& each = from.messages[index(i)];
    if (each.to != rank || each.from == last_sender) continue;
    last_sender = each.from;
    any = true;
    world to = from;
    std::move(to.messages.begin() + i + 1, to.messages.begin() + to.message_count,
              to.messages.begin() + i);
    to.messages[--to.message_count] = {};
    std::uint8_t& knows = to.ranks[index(rank)].knows;
    knows = static_cast<std::uint8_t>(knows | each.carries);
    if (rank == settings_.home && is_request(each.code)) to.ranks[each.from].behind = each.age;
    const std::uint64_t ticket = rank == settings_.home ? 1 : at(from, rank).request - each.age;
    advance(to, rank, checked_transport::parcel(each.from, each.code, ticket));
    settle(to, rank);
    show({.rank = rank, .what = what, .before = each.code, .after = each.from}, to);
  }
  if (!any) finish(from, rank, 0, {.rank = rank, .what = what});
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

/// A letter of an earlier wait counts as none.
inline void machine::forget_old_mail(world& to, int rank) const {
  if (settings_.mailboxes.empty()) return;
  std::uint64_t& box = to.words[index(settings_.mailboxes[index(rank)])].value;
  if (mail::unpack(box).ticket != at(to, rank).ticket) box &= mail::asleep;
}

/// Whether a rank may know positions in the queue: it is between two operations on words with
/// positions.
inline bool machine::knows_places(const world& now, int rank) const {
  const auto holds_places = [&](int word) {
    return word == settings_.places_drawn ||
           std::any_of(settings_.tickets_in.begin(), settings_.tickets_in.end(),
                       [&](const auto& slots) {
                         return std::find(slots.begin(), slots.end(), word) != slots.end();
                       });
  };
  const operation& next = at(now, rank).next;
  const world::rank& its = now.ranks[index(rank)];
  return (next.what >= step_kind::load && next.what <= step_kind::exchange &&
          holds_places(next.where)) ||
         std::any_of(its.under_way.begin(), its.under_way.begin() + its.count,
                     [&](const world::started& each) { return holds_places(each.word); });
}

/// Only the order of positions matters. While no rank knows any position, they become the smallest
/// numbers that keep the order.
inline void machine::close_ranks(world& to) const {
  std::uint64_t& drawn = to.words[index(settings_.places_drawn)].value;
  if (drawn == 0) return;
  for (int rank = 0; rank < settings_.ranks; ++rank)
    if (knows_places(to, rank)) return;
  std::vector<std::uint64_t*> taken;
  for (const auto& slots : settings_.tickets_in)
    for (const int word : slots)
      if (to.words[index(word)].value != 0) taken.push_back(&to.words[index(word)].value);
  std::sort(taken.begin(), taken.end(), [](const std::uint64_t* a, const std::uint64_t* b) {
    return slot::unpack(*a).position < slot::unpack(*b).position;
  });
  drawn = 0;
  for (std::uint64_t* each : taken) {
    const slot now = slot::unpack(*each);
    *each = slot::pack(now.ticket, now.has_insisted, ++drawn);
  }
}

/// A new request of a rank makes everything older that is under way about its earlier requests.
inline void machine::grow_old(world& to, int rank, std::uint8_t requests) const {
  if (rank == settings_.home) return;  // its messages to itself are never under way
  world::rank& mine = to.ranks[index(rank)];
  mine.behind = static_cast<std::uint8_t>(mine.behind + requests);
  for (int i = 0; i < to.message_count; ++i) {
    world::parcel& each = to.messages[index(i)];
    if (each.to == rank || each.from == rank)
      each.age = static_cast<std::uint8_t>(each.age + requests);
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

inline void machine::rename_tickets(world& to, int rank) const {
  if (settings_.mailboxes.empty()) return;
  std::uint64_t& box = to.words[index(settings_.mailboxes[index(rank)])].value;
  if (mail::unpack(box).ticket != 0) box ^= mail::tickets << 1;
  for (const int each : settings_.tickets_in[index(rank)])
    if (std::uint64_t& slot = to.words[index(each)].value; slot != 0) slot ^= mail::tickets;
}

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

/// A newcomer has entered. It has overtaken each rank that waited before it came and still waits.
inline void machine::count_newcomer(world& to, int rank, access kind) const {
  constexpr std::uint8_t enough = 3;
  for (int other = 0; other < settings_.ranks; ++other) {
    if ((to.ranks[index(rank)].came_after & bit(other)) == 0) continue;
    const bool is_bounded =
        waits_to(at(to, other)) != kind ||
        (kind == access::write && settings_.bounds.writers_past_writer != overtaking::unbounded);
    if (!is_bounded) continue;  // the order within a kind is free
    std::uint8_t& times = to.ranks[index(other)].overtaken[kind == access::write ? 1 : 0];
    if (times < enough) ++times;
  }
}

}  // namespace mpilock::testing
