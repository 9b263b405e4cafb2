#pragma once
/// @file
/// @brief The lock's state in memory that all ranks of one node have mapped.
/// @ingroup backend

#include <string_view>

#include "mpilock/engine/one_sided/biased_lock.hpp"
#include "mpilock/engine/one_sided/mapped_lock.hpp"
#include "mpilock/engine/one_sided/mapped_words.hpp"
#include "mpilock/policy/lock_site.hpp"

namespace mpilock {

/// For ranks that are all on one node. This is the fastest backend, and no rank ever needs the help
/// of another.
///
/// Without contention, a rank needs one atomic operation to enter and one to leave, no MPI call and
/// no system call. A waiting rank spins for a time, then sleeps in the kernel. With more ranks than
/// cores that time is short.
struct shared_memory {
  static constexpr std::string_view name = "shared_memory";  ///< ranks compare it in `sync`
  static constexpr bool needs_one_node = true;               ///< throws on several nodes

  template <fairness_policy Fairness>
  struct lock final : detail::mapped_lock<biased_lock<detail::mapped_words, Fairness>> {
    /// Collective. @throws unavailable_error on every rank if they don't share memory
    explicit lock(const lock_site& site)
        : detail::mapped_lock<biased_lock<detail::mapped_words, Fairness>>(site,
                                                                           shared_memory::name) {}
    std::string_view name() const noexcept { return shared_memory::name; }
  };
};

}  // namespace mpilock
