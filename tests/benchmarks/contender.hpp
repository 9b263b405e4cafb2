#pragma once
/// @file
/// @brief What can be measured.

#include <mpi.h>

#include <concepts>
#include <string>
#include <string_view>

namespace lockbench {

/// What is known about a contender without running it.
struct contender_facts {
  std::string name;
  std::string_view kind;        ///< mpilock, peer or floor
  std::string_view preference;  ///< writers, readers or none
  std::string what;             ///< in one line
};

/// What this launch is like.
struct stage {
  MPI_Comm comm = MPI_COMM_NULL;
  int rank = 0;
  int size = 1;
  bool one_node = true;
  int thread_level = MPI_THREAD_SINGLE;
};

/// A lock, or what stands for the least that one can cost. Made and freed collectively; the rest is
/// called by each rank for itself.
///
/// `serve` gives the others what they need from this rank while it waits for something else.
/// `why_not` says why it can't run here, or nothing.
template <class C>
concept contender = std::constructible_from<C, const stage&> && requires(C& c, const stage& here) {
  { C::facts() } -> std::same_as<contender_facts>;
  { C::why_not(here) } -> std::same_as<std::string>;
  c.lock();
  c.unlock();
  c.lock_shared();
  c.unlock_shared();
  c.serve();
  c.free();
};

/// For `why_not` of what needs memory that all ranks share.
inline std::string why_not_shared(const stage& here) {
  return here.one_node ? "" : "the ranks are on several nodes";
}

}  // namespace lockbench
