#pragma once
/// @file
/// @brief The lock's state in memory that all ranks of one node have mapped.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "mpilock/detail/cpu_relax.hpp"
#include "mpilock/detail/futex.hpp"
#include "mpilock/detail/shared_segment.hpp"
#include "mpilock/engine/one_sided_lock.hpp"
#include "mpilock/lock_site.hpp"
#include "mpilock/progress_source.hpp"

namespace mpilock {

/// The medium: CPU atomics in one shared segment, and the kernel to sleep in.
///
/// Layout, in lines of 64 bytes: the lock word alone; a mailbox per rank, each alone; then the
/// slots of readers, then those of writers, packed.
class shared_medium {
 public:
  /// Collective.
  explicit shared_medium(const lock_site& site)
      : rank_(site.comm.rank()),
        size_(site.comm.size()),
        segment_(site.comm, site.root, bytes_for(site.comm.size())),
        lines_(static_cast<line*>(segment_.base())) {}

  int rank() const noexcept { return rank_; }
  int size() const noexcept { return size_; }

  /// (1) Acquires what the last leaver released, and releases to the next one: every change of the
  /// lock word is a read-modify-write, so all of them are one release sequence.
  std::uint64_t fetch_add(std::uint64_t delta) {
    return std::atomic_ref(lines_[0][0]).fetch_add(delta, std::memory_order_acq_rel);
  }

  std::uint64_t swap_slot(access kind, int rank, std::uint64_t value) {
    return std::atomic_ref(slots(kind)[rank]).exchange(value, std::memory_order_acq_rel);
  }

  void read_slots(access kind, int first, std::span<std::uint64_t> slots_seen) {
    const std::uint64_t* next = slots(kind) + first;
    for (std::uint64_t& slot : slots_seen)
      slot = std::atomic_ref(const_cast<std::uint64_t&>(*next++)).load(std::memory_order_relaxed);
  }

  /// (2) Releases to the receiver, which acquires at (3). The exchange tells whether the receiver
  /// had gone to sleep before it; if it goes to sleep after, the kernel sees the new value and
  /// sends it back.
  void deliver(std::span<const letter> letters) {
    for (const letter& each : letters) {
      std::uint64_t& box = mailbox(each.to);
      const auto before = std::atomic_ref(box).exchange(each.contents, std::memory_order_acq_rel);
      if ((before & mail::asleep) != 0) detail::futex::wake(box);
    }
  }

  template <class Idle>
  std::optional<std::uint64_t> await(std::uint64_t ticket, deadline until, Idle& idle) {
    std::uint64_t& box = mailbox(rank_);
    const auto arrived = [&](std::uint64_t bits) { return mail::unpack(bits).ticket == ticket; };
    for (int i = 0; i < spins; ++i) {
      const auto bits = std::atomic_ref(box).load(std::memory_order_acquire);  // (3)
      if (arrived(bits)) return bits;
      detail::cpu_relax();
    }
    for (;;) {
      const auto bits =
          std::atomic_ref(box).fetch_or(mail::asleep, std::memory_order_acq_rel);  // (3)
      if (arrived(bits)) return bits;
      if (until.passed()) {  // stay awake: the letter may come while this rank withdraws
        const auto last = std::atomic_ref(box).fetch_and(~mail::asleep, std::memory_order_acq_rel);
        return arrived(last) ? std::optional(last) : std::nullopt;  // (3)
      }
      detail::futex::wait(box, bits | mail::asleep, until.left(idle.longest_nap()));
      idle.idle();
    }
  }

  /// Collective.
  void free() { segment_.free(); }

 private:
  using line = std::array<std::uint64_t, 8>;
  static_assert(std::atomic_ref<std::uint64_t>::is_always_lock_free,
                "mpilock: shared_memory needs lock-free 64-bit atomics");

  /// Looks before the kernel is asked: some microseconds, less than falling asleep and waking up.
  static constexpr int spins = 100;

  static std::size_t bytes_for(int ranks) {
    static_cast<void>(lock_word_format(ranks));  // throws everywhere if they don't fit
    const auto count = static_cast<std::size_t>(ranks);
    return (1 + count) * sizeof(line) + 2 * count * sizeof(std::uint64_t);
  }

  std::uint64_t& mailbox(int rank) const { return lines_[1 + rank][0]; }
  std::uint64_t* slots(access kind) const {
    return lines_[1 + size_].data() + (kind == access::write ? size_ : 0);
  }

  int rank_;
  int size_;
  detail::shared_segment segment_;
  line* lines_;
};

/// All ranks on one node: the quickest, and nobody ever waits for another rank's help.
///
/// Alone: one atomic operation in, one out; no MPI call, no system call. Waiting: a short spin,
/// then sleep in the kernel, so more ranks than cores are no special case.
struct shared_memory {
  static constexpr std::string_view name = "shared_memory";  ///< what ranks compare in `sync`

  template <fairness_policy Fairness>
  class lock final : public one_sided_lock<shared_medium, Fairness>, public progress_source {
   public:
    /// Collective. @throws unavailable_error on every rank if they don't share memory
    explicit lock(const lock_site& site)
        : one_sided_lock<shared_medium, Fairness>(site), comm_(site.comm) {}

    /// There is nothing to serve; MPI itself gets a turn, for the sake of what the user does with
    /// it.
    bool advance() override {
      comm_.poke();
      return false;
    }
    bool hosts() const noexcept override { return false; }
    std::string_view name() const noexcept { return shared_memory::name; }

    template <class Idle>
    void free(Idle&) {
      this->where().free();
    }

   private:
    const detail::communicator& comm_;
  };
};

}  // namespace mpilock
