#pragma once
/// @file
/// @brief The lock's state with a manager at the root, which ranks reach by messages only.
/// @ingroup backend

#include <chrono>
#include <cstdint>
#include <string_view>

#include "mpilock/engine/head_start.hpp"
#include "mpilock/engine/messages/message_lock.hpp"
#include "mpilock/engine/messages/mpi_transport.hpp"
#include "mpilock/mpi/distance.hpp"
#include "mpilock/policy/lock_site.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock {

/// For any MPI, even if its one-sided operations are broken or slow.
///
/// Without contention, a rank needs two messages to enter and one to leave. The root serves the
/// other ranks inside calls of this library, in `progress()`, in `barrier()`, or from the thread of
/// its progress policy. A root without such a thread serves no rank while it is in a plain
/// `MPI_Barrier`.
///
/// The root enters without a message. Over several hosts it gives the other ranks a `head_start`
/// while they write, until one of them has come.
struct two_sided {
  static constexpr std::string_view name = "two_sided";  ///< ranks compare it in `sync`

  template <fairness_policy Fairness>
  class lock final : public message_lock<mpi_transport, Fairness>, public progress_source {
    using base = message_lock<mpi_transport, Fairness>;

   public:
    explicit lock(const lock_site& site) : base(site), head_start_(lead(site)) {}

    template <class Clock, class Idle>
    bool settle(access kind, basic_deadline<Clock> until, Idle& idle) {
      head_start_.give([&] {
        this->serve();
        return !this->is_free() || until.passed();
      });
      const std::uint64_t sections = this->sections();
      const bool is_inside = base::settle(kind, until, idle);
      head_start_.learn([&] { return this->sections() != sections; });
      return is_inside;
    }
    void release(access kind) {
      base::release(kind);
      head_start_.begin();
    }

    bool advance() override { return this->serve(); }
    bool hosts() const noexcept override { return this->is_root(); }
    std::string_view name() const noexcept { return two_sided::name; }

    template <class Idle>
    void free(Idle& idle) {
      this->say_goodbye(idle);
      this->wire().drain(idle);
    }

   private:
    /// Collective. As long as it takes another rank to leave and to come again: two messages each
    /// way.
    static std::chrono::nanoseconds lead(const lock_site& site) {
      const auto& comm = ranks_of(site);
      if (!detail::spans_hosts(comm)) return {};
      const auto message = detail::message_time(comm);
      return site.rank() == site.root() ? 4 * message : std::chrono::nanoseconds(0);
    }

    head_start head_start_;
  };
};

}  // namespace mpilock
