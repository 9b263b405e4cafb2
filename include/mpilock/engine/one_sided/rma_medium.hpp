#pragma once
/// @file
/// @brief The window medium on MPI: one window, its probe, and the way its host serves other ranks.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "mpilock/engine/one_sided/window_medium.hpp"
#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/mpi/window.hpp"
#include "mpilock/policy/lock_site.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock {

/// The window medium over one `MPI_Win_allocate` window, in one `MPI_Win_lock_all` epoch for the
/// lifetime of the lock.
class rma_medium : public window_medium<detail::window> {
 public:
  explicit rma_medium(const lock_site& site)
      : window_medium(site.rank(), site.size(), site.root(), ranks_of(site)),
        comm_(ranks_of(site)) {}

  /// Turns MPI's progress engine, since the target must take part where atomics are active
  /// messages.
  /// @return whether the lock word has changed. Looks once in `advances()` calls: more frequent
  /// looks would take the word's cache line from the ranks that lock.
  bool advance() {
    comm_.poke();
    return hosts() && ++turn_ % advances_of_host == 0 && serve_arrived();
  }

  /// One turn is too little for some transports (Open MPI's osc ucx).
  int advances() const noexcept { return hosts() ? advances_of_host : 1; }

  /// The answer of `advance`, after MPI has already made progress.
  bool serve_arrived() {
    const std::uint64_t now = window().glance(lock_word_at);
    return last_seen_.exchange(now, std::memory_order_relaxed) != now;
  }

  bool hosts() const noexcept { return rank() == home(); }

  /// Collective.
  void free() { window().free(); }

  /// Collective. How much longer than for this rank two operations on the lock word take for the
  /// rank that is farthest from the home; 0 if that rank isn't twice as far. An operation that
  /// fails is left to the first section, which throws.
  std::chrono::nanoseconds lead() {
    using clock = std::chrono::steady_clock;
    clock::duration mine = std::chrono::seconds(1);
    try {
      for (int i = 0; i < 8; ++i) {
        const auto begin = clock::now();
        look();
        mine = std::min(mine, clock::now() - begin);
      }
    } catch (const mpi_error&) {
    }
    const std::int64_t here = std::chrono::nanoseconds(mine).count();
    std::int64_t farthest = -here;
    detail::standing_by idle;
    if (!comm_.all_reduce_min(std::span(&farthest, 1), idle)) return {};  // a rank has left
    return std::chrono::nanoseconds(-farthest < 2 * here ? 0 : 2 * (-farthest - here));
  }

  /// Collective. Tries what a lock does to its words, to verify that this MPI really does it. Every
  /// rank counts itself in and out of the lock word many times, takes a slot, and writes to its
  /// neighbour.
  bool passes_probe() {
    detail::standing_by idle;
    if (!all_find([&] { return probe_word() && probe_slot(); }, idle)) return false;
    // All ranks are done. Their additions cancel out, so the word must be as it was.
    return all_find([&] { return probe_mail(idle) && fetch_add(0) == 0; }, idle);
  }

 private:
  static constexpr int advances_of_host = 64;

  /// Collective. If an operation fails on this rank alone, the other ranks must not wait for it.
  template <class Probe>
  bool all_find(Probe&& probe, detail::standing_by& idle) {
    bool sound = false;
    try {
      sound = probe();
    } catch (const mpi_error&) {
    }
    return detail::all_say_yes(comm_, sound, idle);
  }

  bool probe_word() {
    bool sound = true;
    for (int i = 0; i < 32; ++i) {
      const std::uint64_t others = fetch_add(1);
      const std::uint64_t rest = fetch_add(-std::uint64_t{1});
      const auto most = static_cast<std::uint64_t>(size());
      sound = sound && others < most && rest >= 1 && rest <= most;
    }
    return sound;
  }

  /// The other slots are empty, or filled by their owners in this same probe.
  bool probe_slot() {
    const auto mine = static_cast<std::uint64_t>(rank()) + 1;
    std::vector<std::uint64_t> seen(static_cast<std::size_t>(size()));
    bool sound = swap_slot(access::read, rank(), mine) == 0;
    read_slots(access::read, 0, seen);
    for (std::size_t i = 0; i < seen.size(); ++i)
      sound = sound && (seen[i] == i + 1 || (seen[i] == 0 && i + 1 != mine));
    return swap_slot(access::read, rank(), 0) == mine && sound;
  }

  bool probe_mail(detail::standing_by& idle) {
    const letter to_neighbour{(rank() + 1) % size(), mail{mail::tickets, 0}.pack()};
    deliver(std::span(&to_neighbour, 1));
    return await(mail::tickets, deadline::in(std::chrono::seconds(30)), idle).has_value();
  }

  const detail::communicator& comm_;
  std::atomic<std::uint64_t> last_seen_ = 0;
  std::atomic<unsigned> turn_ = 0;
};

}  // namespace mpilock
