#pragma once
/// @file
/// @brief The lock's state in an MPI window, reached by one-sided atomics alone.
/// @ingroup backend

#include <atomic>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mpilock/detail/agreement.hpp"
#include "mpilock/detail/waiting.hpp"
#include "mpilock/detail/window.hpp"
#include "mpilock/engine/barging_lock.hpp"
#include "mpilock/engine/lock_word.hpp"
#include "mpilock/engine/window_medium.hpp"
#include "mpilock/error.hpp"
#include "mpilock/lock_site.hpp"
#include "mpilock/progress_source.hpp"

namespace mpilock {

/// The window medium over one `MPI_Win_allocate` window in one `MPI_Win_lock_all` epoch for the
/// lock's lifetime.
class rma_medium : public window_medium<detail::window> {
 public:
  explicit rma_medium(const lock_site& site)
      : window_medium(site.comm.rank(), site.comm.size(), site.root, site.comm), comm_(site.comm) {}

  /// Turns MPI's progress engine: where atomics are active messages, the target must take part.
  /// @return whether the lock word has changed, seen once in `turns`: more often, the look alone
  /// would take the word's cache line from those who lock
  bool advance() {
    comm_.poke();
    return hosts() && ++turn_ % turns_of_host == 0 && serve_arrived();
  }

  /// One turn is too weak for some transports (Open MPI's osc ucx).
  int turns() const noexcept { return hosts() ? turns_of_host : 1; }

  /// What `advance` says, where MPI has had its turns already.
  bool serve_arrived() {
    const std::uint64_t now = window().glance(lock_word_at);
    return last_seen_.exchange(now, std::memory_order_relaxed) != now;
  }

  bool hosts() const noexcept { return rank() == home(); }

  /// Collective.
  void free() { window().free(); }

  /// Collective: what a lock does to its words, to see that this MPI really does it. Every rank
  /// counts itself in and out of the lock word many times, takes a slot and writes to its
  /// neighbour.
  bool passes_probe() {
    detail::standing_by idle;
    if (!all_find([&] { return probe_word() && probe_slot(); }, idle)) return false;
    // All are done: what they added and took back must have left the word as it was.
    return all_find([&] { return probe_mail(idle) && fetch_add(0) == 0; }, idle);
  }

 private:
  static constexpr int turns_of_host = 64;

  /// Collective. An operation that fails on this rank alone is no reason to leave the others waiting.
  template <class Probe>
  bool all_find(Probe&& probe, detail::standing_by& idle) {
    bool found = false;
    try {
      found = probe();
    } catch (const mpi_error&) {
    }
    return detail::all_say_yes(comm_, found, idle);
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

  /// The other slots are found empty, or filled by their owners in this same probe.
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

/// Ranks on any number of nodes, on an MPI whose one-sided atomics work.
///
/// Alone: one round trip in, one out. Waiting: a bounded number of remote operations however long
/// it takes. The host is the root; where the transport needs the target's help, see the progress
/// policies.
struct rma_window {
  static constexpr std::string_view name = "rma_window";  ///< what ranks compare in `sync`

  template <fairness_policy Fairness>
  class lock final : public barging_lock<rma_medium, Fairness>, public progress_source {
   public:
    /// Collective. @throws unavailable_error on every rank if the window can't be made, or if there are
    /// more ranks than a lock word has room for under the policy
    explicit lock(const lock_site& site) : barging_lock<rma_medium, Fairness>(with_room(site)) {}

    bool advance() override { return this->where().advance(); }
    bool serve_arrived() override { return this->where().serve_arrived(); }
    int turns() const noexcept override { return this->where().turns(); }
    bool hosts() const noexcept override { return this->where().hosts(); }
    std::string_view name() const noexcept { return rma_window::name; }

    template <class Idle>
    void free(Idle&) {
      this->where().free();
    }

   private:
    /// Asked before there is a window to be given back.
    static const lock_site& with_room(const lock_site& site) {
      static_cast<void>(lock_word_format(site.comm.size(), longest_row<Fairness>()));
      return site;
    }
  };
};

}  // namespace mpilock
