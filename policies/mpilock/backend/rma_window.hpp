#pragma once
/// @file
/// @brief The lock's state in an MPI window, which ranks reach by one-sided atomics only.
/// @ingroup backend

#include <chrono>
#include <cstdint>
#include <string_view>

#include "mpilock/engine/head_start.hpp"
#include "mpilock/engine/lock_word_format.hpp"
#include "mpilock/engine/one_sided/barging_lock.hpp"
#include "mpilock/engine/one_sided/rma_medium.hpp"
#include "mpilock/mpi/distance.hpp"
#include "mpilock/policy/lock_site.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock {

/// For ranks on any number of nodes, if MPI's one-sided atomics work.
///
/// Without contention, a rank needs one round trip to enter and one to leave. A waiting rank makes
/// a bounded number of remote operations. In addition it makes looks, whose number grows with the
/// logarithm of the wait. The root hosts the state. If the transport needs the target's help, see
/// the progress policies.
///
/// Over several hosts, a rank for which an operation takes less time than for others gives them a
/// `head_start` while they compete.
struct rma_window {
  static constexpr std::string_view name = "rma_window";  ///< ranks compare it in `sync`

  template <fairness_policy Fairness>
  class lock final : public barging_lock<rma_medium, Fairness>, public progress_source {
    using base = barging_lock<rma_medium, Fairness>;

   public:
    /// Collective.
    /// @throws unavailable_error on every rank if the window can't be made, or if there are more
    /// ranks than a lock word has room for under the policy
    explicit lock(const lock_site& site) : lock(site, detail::spans_hosts(ranks_of(site))) {}

    bool arrive(access kind) {
      head_start_.give([&] {
        this->medium().relax();
        return false;  // another near rank may be inside, which is as quick as this one
      });
      const std::uint64_t sections = this->sections();
      const bool is_inside = base::arrive(kind);
      head_start_.learn([&] { return this->sections() != sections || meets_competitors(kind); });
      return is_inside;
    }
    void release(access kind) {
      base::release(kind);
      head_start_.begin();
    }

    bool advance() override { return this->medium().advance(); }
    bool serve_arrived() override { return this->medium().serve_arrived(); }
    int advances() const noexcept override { return this->medium().advances(); }
    bool hosts() const noexcept override { return this->medium().hosts(); }
    std::string_view name() const noexcept { return rma_window::name; }

    template <class Idle>
    void free(Idle&) {
      this->medium().free();
    }

   private:
    lock(const lock_site& site, bool spans_hosts)
        : base(with_room(site)),
          head_start_(spans_hosts ? this->medium().lead() : std::chrono::nanoseconds(0)) {}

    /// Whether a rank that has just arrived found others in its way, or was in theirs.
    bool meets_competitors(access kind) const {
      const lock_word found = this->found_on_arrival();
      return found.writers > 0 || found.somebody_waits() ||
             (kind == access::write && found.readers > 0);
    }

    /// Checks the number of ranks before there is a window that must be freed.
    static const lock_site& with_room(const lock_site& site) {
      static_cast<void>(lock_word_format(site.size(), longest_row<Fairness>()));
      return site;
    }

    head_start head_start_;
  };
};

}  // namespace mpilock
