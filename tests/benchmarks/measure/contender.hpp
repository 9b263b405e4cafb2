#pragma once
/// @file
/// @brief The contenders: all that can be measured. `bench.hpp` explains the words.

#include <mpi.h>

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace lockbench {

/// The facts about a contender that are known before it runs.
struct contender_facts {
  std::string name;
  std::string_view kind;        ///< mpilock, peer or floor
  std::string_view preference;  ///< writers, readers or none
  std::string what;             ///< a description in one line
  /// @name Of a composition. @{
  std::string_view fairness = {};
  bool hands_over = false;                 ///< a turn belongs to one rank, even if it is asleep
  std::vector<std::string> policies = {};  ///< C++ text of those that are not the default
  /// @}
  bool keeps_out = false;  ///< of a floor: it is a lock, so it can be used with every workload
};

/// One start of the program: its ranks, and where they run.
struct launch_facts {
  MPI_Comm comm = MPI_COMM_NULL;
  int rank = 0;
  int size = 1;
  int ranks_of_node = 1;  ///< on the node that has most
  bool one_node = true;
  bool one_clock = true;  ///< also of test hosts, which are namespaces of one kernel
  int cores = 1;          ///< that the ranks of a node may run on; of the node that has fewest
  int thread_level = MPI_THREAD_SINGLE;

  bool has_core_for_every_rank() const { return ranks_of_node <= cores; }
  std::string_view regime() const {
    if (!one_node) return "several hosts";
    return has_core_for_every_rank() ? "a core for every rank" : "more ranks than cores";
  }
};

/// A lock, or a floor: the least that a lock can cost. Making and freeing it is collective; each
/// rank calls the other functions for itself.
///
/// `serve` gives the other ranks the help that they need, while this rank waits for something else.
/// `why_not` says why it can't run here; empty if it can.
template <class C>
concept contender = std::constructible_from<C, const launch_facts&> &&
    requires(C& c, const launch_facts& here) {
  { C::facts() } -> std::same_as<contender_facts>;
  { C::why_not(here) } -> std::same_as<std::string>;
  c.lock();
  c.unlock();
  c.lock_shared();
  c.unlock_shared();
  c.serve();
  c.free();
};

/// For `why_not` of contenders that need memory that all ranks share.
inline std::string why_not_shared(const launch_facts& here) {
  return here.one_node ? "" : "the ranks are on several nodes";
}

/// The same for locks that spin and never yield. Each hand-over to a rank without a core would take
/// a time slice of the kernel's, so that a slice of a few passages would have no end.
inline std::string why_not_spinning(const launch_facts& here) {
  if (!here.one_node || here.has_core_for_every_rank()) return why_not_shared(here);
  return "it spins without end, and there are more ranks (" + std::to_string(here.size) +
         ") than cores (" + std::to_string(here.cores) + ")";
}

}  // namespace lockbench
