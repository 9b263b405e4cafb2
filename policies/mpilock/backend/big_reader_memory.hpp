#pragma once
/// @file
/// @brief Memory that all ranks of one node have mapped, for programs that nearly always read.
/// @ingroup backend

#include <string_view>

#include "mpilock/engine/one_sided/biased_lock.hpp"
#include "mpilock/engine/one_sided/mapped_lock.hpp"
#include "mpilock/engine/one_sided/mapped_words.hpp"
#include "mpilock/policy/lock_site.hpp"

namespace mpilock {

/// `shared_memory` with a flag per rank. Readers write to no cache line that another rank uses, so
/// each reader is as fast as if it were alone. A writer pays for this: it looks at the flag of
/// every rank. Choose this backend where hardly one section in a thousand writes
/// (docs/performance.md has the figures).
///
/// Without contention, a reader needs one atomic operation to enter, one to leave, and a look at
/// the lock word. It makes no MPI call and no system call. As with every backend, a policy that
/// lets readers pass a waiting writer can starve the writer while readers overlap.
struct big_reader_memory {
  static constexpr std::string_view name = "big_reader_memory";  ///< ranks compare it in `sync`
  static constexpr bool needs_one_node = true;                   ///< throws on several nodes

  template <fairness_policy Fairness>
  struct lock final : detail::mapped_lock<biased_lock<detail::mapped_words, Fairness>> {
    /// Collective. @throws unavailable_error on every rank if they don't share memory
    explicit lock(const lock_site& site)
        : detail::mapped_lock<biased_lock<detail::mapped_words, Fairness>>(
              site, big_reader_memory::name) {}
    std::string_view name() const noexcept { return big_reader_memory::name; }
  };
};

}  // namespace mpilock
