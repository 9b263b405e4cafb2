#pragma once
/// @file
/// @brief What must be true before a controller can be made, and what all ranks must agree on.

#include <mpi.h>

#include <string>

#include "mpilock/detail/agreement.hpp"
#include "mpilock/detail/congregation.hpp"
#include "mpilock/detail/mpi_call.hpp"
#include "mpilock/detail/users_communicator.hpp"
#include "mpilock/detail/waiting.hpp"
#include "mpilock/error.hpp"
#include "mpilock/options.hpp"

namespace mpilock::detail {

/// Collective over `users`. A rank that is alone needs no communicator of its own.
inline congregation congregate(MPI_Comm users, const std::string& name) {
  require_communicator(users, "sync");
  int size = 0;
  mpi_call("MPI_Comm_size", MPI_Comm_size(users, &size));
  standing_by idle;
  return {size > 1 ? communicator::duplicate_of(users, idle) : communicator(), name};
}

/// What this rank asks for, and whether it can be had as far as this rank can tell.
template <class Backend, class FairnessPolicy, class ProgressPolicy>
ballot founding_ballot(int size, int root, const options& chosen) {
  constexpr int needed = ProgressPolicy::thread_level;
  ballot mine{.call = collective::sync};
  mine.statement = "root " + std::to_string(root) + ", " + std::string(Backend::name) + ", " +
                   std::string(FairnessPolicy::name) + ", " + std::string(ProgressPolicy::name) +
                   ", name '" + chosen.name + "'";
  if (chosen.stall_report.count() != 0)
    mine.statement += ", stall_report " + std::to_string(chosen.stall_report.count()) + " ns";
  mine.argument = hash_of(mine.statement);
  if (chosen.stall_report.count() < 0) {
    mine.against = objection::usage;
    mine.complaint = "stall_report " + std::to_string(chosen.stall_report.count()) +
                     " ns; give a time, or 0 for no reports";
  } else if (root < 0 || root >= size) {
    mine.against = objection::usage;
    mine.complaint = "root " + std::to_string(root) +
                     " is not a rank of this communicator; give 0 … " + std::to_string(size - 1);
  } else if (mpi_thread_level() < needed) {
    mine.against = objection::unavailable;
    mine.complaint = std::string(ProgressPolicy::name) + " needs " + thread_level_name(needed) +
                     ", but MPI runs with " + thread_level_name(mpi_thread_level()) +
                     "; ask MPI_Init_thread for more, or choose polling_progress";
  }
  return mine;
}

}  // namespace mpilock::detail
