#pragma once
/// @file
/// @brief Collective calls between slices. They yield while they wait, serve the given lock, and
/// don't show in the counts of MPI calls.

#include <mpi.h>
#include <sched.h>

#include <cstdint>
#include <vector>

namespace lockbench {

/// For meetings in which no lock needs help.
struct nobody_to_serve {
  void operator()() const {}
};

template <class Serve = nobody_to_serve>
void complete(MPI_Request& request, Serve serve = {}) {
  for (int done = 0;;) {
    PMPI_Test(&request, &done, MPI_STATUS_IGNORE);  // one-sided operations make progress too
    if (done != 0) return;
    serve();
    sched_yield();
  }
}

/// Collective.
template <class Serve = nobody_to_serve>
void meet(MPI_Comm comm, Serve serve = {}) {
  MPI_Request request = MPI_REQUEST_NULL;
  PMPI_Ibarrier(comm, &request);
  complete(request, serve);
}

/// Collective. The greatest of the ranks' values, on all.
template <class Serve = nobody_to_serve>
std::int64_t greatest(MPI_Comm comm, std::int64_t mine, Serve serve = {}) {
  std::int64_t all = 0;
  MPI_Request request = MPI_REQUEST_NULL;
  PMPI_Iallreduce(&mine, &all, 1, MPI_INT64_T, MPI_MAX, comm, &request);
  complete(request, serve);
  return all;
}

/// Collective. On rank 0: the values of the ranks in order. Each has the length of `mine`.
inline std::vector<std::int64_t> gathered(MPI_Comm comm, const std::vector<std::int64_t>& mine) {
  int size = 0;
  PMPI_Comm_size(comm, &size);
  const int count = static_cast<int>(mine.size());
  std::vector<std::int64_t> all(mine.size() * static_cast<std::size_t>(size));
  MPI_Request request = MPI_REQUEST_NULL;
  PMPI_Igather(mine.data(), count, MPI_INT64_T, all.data(), count, MPI_INT64_T, 0, comm, &request);
  complete(request);
  return all;
}

/// Collective. On rank 0: the sums, or the results of another `op`, element by element.
inline void reduce(MPI_Comm comm, std::int64_t* values, std::size_t count, MPI_Op op = MPI_SUM) {
  int rank = 0;
  PMPI_Comm_rank(comm, &rank);
  MPI_Request request = MPI_REQUEST_NULL;
  PMPI_Ireduce(rank == 0 ? MPI_IN_PLACE : values, values, static_cast<int>(count), MPI_INT64_T, op,
               0, comm, &request);
  complete(request);
}

}  // namespace lockbench
