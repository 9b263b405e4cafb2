#pragma once
/// @file
/// @brief The lock's state with a manager at the root, which ranks reach by messages only.
/// @ingroup backend

#include <string_view>

#include "mpilock/engine/messages/message_lock.hpp"
#include "mpilock/engine/messages/mpi_transport.hpp"
#include "mpilock/policy/lock_site.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock {

/// For any MPI, even if its one-sided operations are broken or slow.
///
/// Without contention, a rank needs two messages to enter and one to leave. The root serves the
/// other ranks inside calls of this library, in `progress()`, in `barrier()`, or from the thread of
/// `threaded_progress`. A root without such a thread serves no rank while it is in a plain
/// `MPI_Barrier`.
struct two_sided {
  static constexpr std::string_view name = "two_sided";  ///< ranks compare it in `sync`

  template <fairness_policy Fairness>
  class lock final : public message_lock<mpi_transport, Fairness>, public progress_source {
   public:
    explicit lock(const lock_site& site) : message_lock<mpi_transport, Fairness>(site) {}

    bool advance() override { return this->serve(); }
    bool hosts() const noexcept override { return this->is_root(); }
    std::string_view name() const noexcept { return two_sided::name; }

    template <class Idle>
    void free(Idle& idle) {
      this->say_goodbye(idle);
      this->wire().drain(idle);
    }
  };
};

}  // namespace mpilock
