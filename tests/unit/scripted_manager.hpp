#pragma once
// A lock manager to which a test sends one message at a time.

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <utility>
#include <vector>

#include "mpilock/engine/messages/lock_manager.hpp"
#include "mpilock/policy/message.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace unit {

using mpilock::access;
using mpilock::message;
using mpilock::verb;

/// A manager and its last answers.
template <class Fairness>
class scripted {
 public:
  using replies = std::vector<std::pair<int, verb>>;

  replies says(int from, verb what, access kind = access::read) {
    if (what != verb::give_up && what != verb::leave && what != verb::downgrade)
      ++tickets_.at(index(from));
    return handle(from, {what, kind, tickets_.at(index(from))});
  }

  replies reads(int from) { return says(from, verb::enter, access::read); }
  replies writes(int from) { return says(from, verb::enter, access::write); }
  replies upgrades(int from) { return says(from, verb::upgrade, access::write); }
  replies downgrades(int from) { return says(from, verb::downgrade); }
  replies leaves(int from) { return says(from, verb::leave); }
  replies gives_up(int from) { return says(from, verb::give_up); }

  replies handle(int from, const message& said) {
    replies all;
    manager_.handle(from, said, [&](int to, const message& reply) {
      BOOST_TEST(reply.ticket == tickets_.at(index(to)));
      last_sections = reply.sections;
      all.emplace_back(to, reply.what);
    });
    return all;
  }

  std::uint64_t ticket_of(int rank) const { return tickets_.at(index(rank)); }
  std::uint64_t last_sections = 0;

 private:
  static std::size_t index(int rank) { return static_cast<std::size_t>(rank); }
  mpilock::lock_manager<Fairness> manager_{6};
  std::vector<std::uint64_t> tickets_ = std::vector<std::uint64_t>(6, 100);
};

}  // namespace unit
