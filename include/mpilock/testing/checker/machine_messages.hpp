#pragma once
/// @file
/// @brief The messages that `machine` has under way: they are sent and received.

#include <algorithm>
#include <cstdint>
#include <utility>

#include "mpilock/policy/message.hpp"
#include "mpilock/testing/checked_transport.hpp"
#include "mpilock/testing/checker/machine.hpp"

namespace mpilock::testing {

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

}  // namespace mpilock::testing
