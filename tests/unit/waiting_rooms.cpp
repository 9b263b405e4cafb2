// A turn goes to no more ranks than the policy has named: grants to ranks that insist count, too.

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <vector>

#include "mpilock/engine/one_sided/waiting_room.hpp"
#include "threads_as_ranks.hpp"

namespace {

using kind = mpilock::access;  // unistd.h has an access of its own
using room = mpilock::waiting_room<unit::thread_medium>;

struct turn {
  std::uint64_t granted;
  std::uint64_t called;
  bool operator==(const turn&) const = default;
};

/// Rank 0 gives a turn to readers. `insists` tells, for each of the other ranks, whether it
/// insists.
turn given(const std::vector<bool>& insists, std::uint64_t letters, std::uint64_t calls) {
  const int ranks = static_cast<int>(insists.size()) + 1;
  unit::words home(ranks);
  for (int rank = 1; rank < ranks; ++rank)
    room(rank, ranks, home).publish(kind::read, insists[static_cast<std::size_t>(rank - 1)]);
  const auto found =
      room(0, ranks, home).summon(kind::read, {.letters = letters, .calls = calls}, 0);
  return {found.granted, found.called};
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_reader_is_one) {
  BOOST_TEST((given({false, true, true}, 1, 7) == turn{1, 0}));
  BOOST_TEST((given({false, false}, 1, 7) == turn{0, 1}));
}

BOOST_AUTO_TEST_CASE(grants_go_first_and_are_not_limited_like_calls) {
  BOOST_TEST((given({false, true, false, true, false}, 6, 2) == turn{2, 2}));
  BOOST_TEST((given({false, true}, 3, 7) == turn{1, 1}));
}
