#pragma once
/// @file
/// @brief The lock's state in an MPI window, reached by one-sided atomics alone.

#include <mpi.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "mpilock/detail/waiting.hpp"
#include "mpilock/detail/window.hpp"
#include "mpilock/engine/one_sided_lock.hpp"
#include "mpilock/lock_site.hpp"
#include "mpilock/progress_source.hpp"

namespace mpilock {

/// The medium: one `MPI_Win_allocate` window in one `MPI_Win_lock_all` epoch for the lock's
/// lifetime.
///
/// Layout, in words of 8 bytes. Every rank: 0, its mailbox. The root besides: 8, the lock word;
/// from 16, the slots of readers, then those of writers, a word per rank.
///
/// Every word is driven by `MPI_Fetch_and_op` and by one operation beside `MPI_NO_OP`: the lock
/// word by `MPI_SUM`, slots and mailboxes by `MPI_REPLACE`. That is all that MPI's default
/// `accumulate_ops=same_op_no_op` lets ranks mix on one word (MPI 4.0, chapter 12, "Window
/// Creation"). Each
/// operation is followed by a flush, which orders it before whatever comes next ("Flush and Sync").
class rma_medium {
 public:
  explicit rma_medium(const lock_site& site)
      : comm_(site.comm),
        root_(site.root),
        window_(site.comm, words_at(site), sizeof(std::uint64_t)),
        replaced_(static_cast<std::size_t>(site.comm.size())) {}

  int rank() const noexcept { return comm_.rank(); }
  int size() const noexcept { return comm_.size(); }

  std::uint64_t fetch_add(std::uint64_t delta) {
    return window_.fetch_and_op(MPI_SUM, delta, root_, lock_word_at);
  }

  std::uint64_t swap_slot(access kind, int rank, std::uint64_t value) {
    return window_.fetch_and_op(MPI_REPLACE, value, root_, slot_at(kind, rank));
  }

  /// One round trip, whatever the number of slots.
  void read_slots(access kind, int first, std::span<std::uint64_t> slots) {
    for (std::size_t i = 0; i < slots.size(); ++i)
      window_.start(MPI_NO_OP, nothing_, slots[i], root_,
                    slot_at(kind, first + static_cast<int>(i)));
    if (!slots.empty()) window_.complete(root_, slots.back());
  }

  /// One round trip, whatever the number of letters. The flush after each of the sender's earlier
  /// operations, and the receiver's atomic read of its own mailbox in `await`, are the two ends of
  /// "seen after": what the sender completed before is complete when the letter can be read.
  void deliver(std::span<const letter> letters) {
    for (std::size_t i = 0; i < letters.size(); ++i)
      window_.start(MPI_REPLACE, letters[i].contents, replaced_[i], letters[i].to, mailbox_at);
    for (std::size_t i = 0; i < letters.size(); ++i) window_.complete(letters[i].to, replaced_[i]);
  }

  /// Looks at its own mailbox with an atomic read on itself: a local load would need
  /// `MPI_Win_sync`, and the read's flush turns every implementation's progress engine.
  template <class Idle>
  std::optional<std::uint64_t> await(std::uint64_t ticket, deadline until, Idle& idle) {
    for (;;) {
      const auto bits = window_.fetch_and_op(MPI_NO_OP, 0, rank(), mailbox_at);
      if (mail::unpack(bits).ticket == ticket) return bits;
      if (until.passed()) return std::nullopt;
      comm_.poke();
      idle.idle();
    }
  }

  /// Turns MPI's progress engine: where atomics are active messages, the target must take part. A
  /// host turns it often, since one turn is too weak for some transports (Open MPI's osc ucx).
  bool advance() {
    const int turns = hosts() ? 64 : 1;
    for (int i = 0; i < turns; ++i) comm_.poke();
    if (!hosts()) return false;
    const std::uint64_t now = window_.glance(lock_word_at);
    return last_seen_.exchange(now, std::memory_order_relaxed) != now;
  }

  bool hosts() const noexcept { return rank() == root_; }

  /// Collective.
  void free() { window_.free(); }

  /// Collective: what a lock does to its words, to see that this MPI really does it. Every rank
  /// counts itself in and out of the lock word many times, takes a slot and writes to its
  /// neighbour.
  bool passes_probe() {
    detail::standing_by idle;
    std::int64_t sound = probe_word() && probe_slot() && probe_mail(idle) ? 1 : 0;
    comm_.all_reduce_min(std::span(&sound, 1), idle);
    // All are done: what they added and took back must have left the word as it was.
    if (fetch_add(0) != 0) sound = 0;
    comm_.all_reduce_min(std::span(&sound, 1), idle);
    return sound != 0;
  }

 private:
  static constexpr MPI_Aint mailbox_at = 0;
  static constexpr MPI_Aint lock_word_at = 8;
  static constexpr MPI_Aint slots_at = 16;

  static MPI_Aint words_at(const lock_site& site) {
    static_cast<void>(lock_word_format(site.comm.size()));  // throws everywhere if they don't fit
    return site.comm.rank() == site.root ? slots_at + MPI_Aint{2} * site.comm.size() : lock_word_at;
  }

  MPI_Aint slot_at(access kind, int rank) const noexcept {
    return slots_at + (kind == access::write ? size() : 0) + rank;
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

  bool probe_slot() {
    const auto mine = static_cast<std::uint64_t>(rank()) + 1;
    std::uint64_t seen = 0;
    const bool was_empty = swap_slot(access::read, rank(), mine) == 0;
    read_slots(access::read, rank(), std::span(&seen, 1));
    return swap_slot(access::read, rank(), 0) == mine && seen == mine && was_empty;
  }

  bool probe_mail(detail::standing_by& idle) {
    const letter to_neighbour{(rank() + 1) % size(), mail{mail::tickets, 0}.pack()};
    deliver(std::span(&to_neighbour, 1));
    return await(mail::tickets, deadline::in(std::chrono::seconds(30)), idle).has_value();
  }

  const detail::communicator& comm_;
  int root_;
  detail::window window_;
  std::uint64_t nothing_ = 0;            // operand of MPI_NO_OP, not read
  std::vector<std::uint64_t> replaced_;  // what `deliver` replaced, not looked at
  std::atomic<std::uint64_t> last_seen_ = 0;
};

/// Ranks on any number of nodes, on an MPI whose one-sided atomics work.
///
/// Alone: one round trip in, one out. Waiting: a bounded number of remote operations however long
/// it takes. The host is the root; where the transport needs the target's help, see the progress
/// policies.
struct rma_window {
  static constexpr std::string_view name = "rma_window";  ///< what ranks compare in `sync`

  template <fairness_policy Fairness>
  class lock final : public one_sided_lock<rma_medium, Fairness>, public progress_source {
   public:
    /// Collective. @throws unavailable_error on every rank if the window can't be made
    explicit lock(const lock_site& site) : one_sided_lock<rma_medium, Fairness>(site) {}

    bool advance() override { return this->where().advance(); }
    bool hosts() const noexcept override { return this->where().hosts(); }
    std::string_view name() const noexcept { return rma_window::name; }

    template <class Idle>
    void free(Idle&) {
      this->where().free();
    }
  };
};

}  // namespace mpilock
