#pragma once
/// @file
/// @brief What the manager of the message engine knows of each rank, and the queues of ranks.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "mpilock/policy/message.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// All ranks, as `lock_manager` knows them, in 40 bytes per rank. A queue links ranks through their
/// parties, so a rank is in at most one queue. A rank is appended, and taken out, in constant time.
class parties {
 public:
  static constexpr int nobody = -1;

  enum class state : std::uint8_t { outside, waiting, reading, writing };

  /// One rank.
  struct party {
    access wants = access::read;
    state is = state::outside;
    bool upgraded = false;  // it asked as a reader, and reads again if it gives up
    bool watches = false;   // it is inside, and must be told when another rank waits to write
    int before = nobody;    // its neighbours in a queue, while it waits or watches
    int behind = nobody;
    verb reply = verb::granted;  // the answer when its turn comes
    std::uint64_t ticket = 0;
    std::uint64_t arrival = 0;  // while it waits: later arrivals have greater numbers
  };
  static_assert(sizeof(party) <= 40);

  /// Ranks in order.
  struct queue {
    int first = nobody;
    int last = nobody;
  };

  explicit parties(int ranks) : parties_(static_cast<std::size_t>(ranks)) {}

  party& operator[](int rank) { return parties_[static_cast<std::size_t>(rank)]; }
  const party& operator[](int rank) const { return parties_[static_cast<std::size_t>(rank)]; }

  void append(queue& to, int rank) {
    party& peer = (*this)[rank];
    peer.before = to.last;
    peer.behind = nobody;
    (to.last == nobody ? to.first : (*this)[to.last].behind) = rank;
    to.last = rank;
  }

  void take_out(queue& from, const party& peer) {
    (peer.before == nobody ? from.first : (*this)[peer.before].behind) = peer.behind;
    (peer.behind == nobody ? from.last : (*this)[peer.behind].before) = peer.before;
  }

  /// Shows a checker the state that this object's future depends on. Arrivals grow without bound,
  /// but only their order matters.
  template <class Show>
  void show_state(Show& show) const {
    for (const party& each : parties_) {
      show(static_cast<std::uint64_t>(each.is));
      if (each.is != state::outside) show(each.wants == access::read ? 0 : 1);
      if (each.is == state::waiting) show(static_cast<std::uint64_t>(each.reply));
      if (each.is != state::outside) show(each.upgraded ? 1 : 0);
      if (each.is == state::waiting) show(place_in_order(each));
    }
  }

  template <class Show>
  void show_queue(Show& show, const queue& ranks) const {
    for (int rank = ranks.first; rank != nobody; rank = (*this)[rank].behind)
      show(static_cast<std::uint64_t>(rank));
  }

 private:
  /// The number of ranks that wait longer.
  std::uint64_t place_in_order(const party& one) const {
    return static_cast<std::uint64_t>(
        std::count_if(parties_.begin(), parties_.end(), [&one](const party& other) {
          return other.is == state::waiting && other.arrival < one.arrival;
        }));
  }

  std::vector<party> parties_;
};

}  // namespace mpilock
