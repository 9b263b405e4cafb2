#pragma once
/// @file
/// @brief Memory that all ranks of one node have mapped, for those who nearly always read.
/// @ingroup backend

#include <string_view>

#include "mpilock/engine/one_sided/big_reader_lock.hpp"
#include "mpilock/engine/one_sided/mapped_lock.hpp"
#include "mpilock/engine/one_sided/mapped_words.hpp"
#include "mpilock/policy/lock_site.hpp"

namespace mpilock {

/// `shared_memory` with a flag per rank: readers touch no line of memory that another rank writes, so
/// that they go as fast together as each alone. A writer pays for it: it looks at every rank's flag.
/// Choose it where hardly one section in a thousand writes (docs/performance.md has the figures).
///
/// Alone: a reader does one atomic operation in, one out, and looks at the lock word; no MPI call,
/// no system call. Under a policy that lets readers pass a waiting writer, a writer can starve as
/// long as readers overlap, as with every other backend.
struct big_reader_memory {
  static constexpr std::string_view name = "big_reader_memory";  ///< what ranks compare in `sync`
  static constexpr bool needs_one_node = true;                   ///< elsewhere it throws

  template <fairness_policy Fairness>
  struct lock final : detail::mapped_lock<big_reader_lock<detail::mapped_words, Fairness>> {
    /// Collective. @throws unavailable_error on every rank if they don't share memory
    explicit lock(const lock_site& site)
        : detail::mapped_lock<big_reader_lock<detail::mapped_words, Fairness>>(
              site, big_reader_memory::name) {}
    std::string_view name() const noexcept { return big_reader_memory::name; }
  };
};

}  // namespace mpilock
