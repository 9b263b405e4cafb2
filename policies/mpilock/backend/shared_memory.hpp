#pragma once
/// @file
/// @brief The lock's state in memory that all ranks of one node have mapped.

#include <string_view>

#include "mpilock/detail/mapped_words.hpp"
#include "mpilock/engine/memory_medium.hpp"
#include "mpilock/engine/barging_lock.hpp"
#include "mpilock/lock_site.hpp"
#include "mpilock/progress_source.hpp"

namespace mpilock {

/// All ranks on one node: the quickest, and nobody ever waits for another rank's help.
///
/// Alone: one atomic operation in, one out; no MPI call, no system call. Waiting: a short spin,
/// then sleep in the kernel, so more ranks than cores are no special case.
struct shared_memory {
  static constexpr std::string_view name = "shared_memory";  ///< what ranks compare in `sync`

  template <fairness_policy Fairness>
  class lock final : public barging_lock<memory_medium<detail::mapped_words>, Fairness>,
                     public progress_source {
    using medium = memory_medium<detail::mapped_words>;
    using engine = barging_lock<medium, Fairness>;

   public:
    /// Collective. @throws unavailable_error on every rank if they don't share memory
    explicit lock(const lock_site& site)
        : engine(site.comm.rank(), site.comm.size(), site.comm, site.root,
                 medium::words_for(site.comm.size())),
          comm_(site.comm) {}

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
      this->where().memory().free();
    }

   private:
    const detail::communicator& comm_;
  };
};

}  // namespace mpilock
