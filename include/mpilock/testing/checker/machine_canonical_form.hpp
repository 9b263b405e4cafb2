#pragma once
/// @file
/// @brief How `machine` makes states equal that differ only in numbers without a meaning.

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "mpilock/policy/mail.hpp"
#include "mpilock/policy/slot.hpp"
#include "mpilock/testing/checker/machine.hpp"

namespace mpilock::testing {

/// The value of a word, and the one before.
template <class Action>
void machine::for_both_values(world& to, std::size_t word, const Action& action) const {
  action(to.words[word].value);
  if (has_past()) action(to.past[word].value);
}

/// A letter of an earlier wait counts as none.
inline void machine::forget_old_mail(world& to, int rank) const {
  if (settings_.mailboxes.empty()) return;
  const std::size_t mailbox = index(settings_.mailboxes[index(rank)]);
  for_both_values(to, mailbox, [&](std::uint64_t& box) {
    if (mail::unpack(box).ticket != at(to, rank).ticket) box &= mail::asleep;
  });
}

inline void machine::rename_tickets(world& to, int rank) const {
  if (settings_.mailboxes.empty()) return;
  for_both_values(to, index(settings_.mailboxes[index(rank)]), [](std::uint64_t& box) {
    if (mail::unpack(box).ticket != 0) box ^= mail::tickets << 1;
  });
  for (const int each : settings_.tickets_in[index(rank)])
    for_both_values(to, index(each), [](std::uint64_t& slot) {
      if (slot != 0) slot ^= mail::tickets;
    });
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
      for_both_values(to, index(word), [&](std::uint64_t& each) {
        if (each != 0) taken.push_back(&each);
      });
  std::sort(taken.begin(), taken.end(), [](const std::uint64_t* a, const std::uint64_t* b) {
    return slot::unpack(*a).position < slot::unpack(*b).position;
  });
  drawn = 0;
  std::uint64_t last = 0;
  for (std::uint64_t* each : taken) {
    const slot now = slot::unpack(*each);
    if (std::exchange(last, now.position) != now.position) ++drawn;
    *each = slot::pack(now.ticket, now.has_insisted, drawn);
  }
}

}  // namespace mpilock::testing
