#pragma once
/// @file
/// @brief Why a communicator may have one rank by mistake.

#include <mpi.h>

#include <cstdlib>
#include <string>

#include "mpilock/mpi/mpi_call.hpp"

namespace mpilock::detail {

/// The environment variables in which a launcher tells a process how many it has started.
struct launcher_variables {
  const char* processes;
  const char* own_number;  ///< from 0
};

/// | launcher                        | variables                |
/// | ------------------------------- | ------------------------ |
/// | Open MPI's mpirun               | OMPI_COMM_WORLD_SIZE, …  |
/// | Hydra (MPICH, Intel MPI), PMI-1 | PMI_SIZE, …              |
/// | MVAPICH2's mpirun_rsh           | MV2_COMM_WORLD_SIZE, …   |
/// | Slurm's srun                    | SLURM_STEP_NUM_TASKS, …  |
/// | Flux                            | FLUX_JOB_SIZE, …         |
///
/// Slurm's SLURM_NTASKS would not do: in a batch script it is set for a program without a launcher.
inline constexpr launcher_variables launchers[] = {
    {"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"},
    {"PMI_SIZE", "PMI_RANK"},
    {"MV2_COMM_WORLD_SIZE", "MV2_COMM_WORLD_RANK"},
    {"SLURM_STEP_NUM_TASKS", "SLURM_PROCID"},
    {"FLUX_JOB_SIZE", "FLUX_TASK_RANK"},
};

/// The value of an environment variable, or `otherwise` if it is no number.
inline int number_in(const char* variable, int otherwise) {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return otherwise;
  char* end = nullptr;
  const long value = std::strtol(text, &end, 10);
  return end == text || *end != '\0' ? otherwise : static_cast<int>(value);
}

/// Local. Says what is probably wrong with a lock over `users`, a communicator of one rank. Of
/// several processes with the same mistake, the first one says it.
/// @return nothing if all is well
inline std::string why_alone_by_mistake(MPI_Comm users) {
  int world = 1;
  int rank = 0;
  mpi_call("MPI_Comm_size", MPI_Comm_size(MPI_COMM_WORLD, &world));
  mpi_call("MPI_Comm_rank", MPI_Comm_rank(MPI_COMM_WORLD, &rank));
  if (world > 1)
    return users != MPI_COMM_SELF || rank > 0
               ? ""
               : "MPI_COMM_SELF has one rank, so each of the " + std::to_string(world) +
                     " ranks has a lock of its own, which keeps no other rank out; give "
                     "MPI_COMM_WORLD";
  for (const auto& [processes, own_number] : launchers)
    if (const int started = number_in(processes, 1); started > 1)
      return number_in(own_number, 0) > 0
                 ? ""
                 : "MPI knows this process alone, but its launcher has started " +
                       std::to_string(started) + " (" + processes +
                       "). Each has a lock of its own, which keeps no other process out; start "
                       "the program with the mpirun of the MPI that it was built with";
  return "";
}

}  // namespace mpilock::detail
