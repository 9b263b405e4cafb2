#pragma once
/// @file
/// @brief Barriers, messages and counts between the ranks of a test, without the library's help.
/// @ingroup testing
///
/// No function here blocks inside MPI. Each one gets a function to call meanwhile. It only yields,
/// or it is `serving(ctrl)` if the rank must serve a lock that it hosts.

#include <mpi.h>

#include <chrono>
#include <cstdint>
#include <thread>

namespace mpilock::testing {

/// Called meanwhile by a rank that has no rank to serve.
struct yielding {
  /// Yields the core.
  void operator()() const { std::this_thread::yield(); }
};

/// Called meanwhile by a rank that may be a root.
template <class Controller>
auto serving(Controller& ctrl) {
  return [&ctrl] { ctrl.progress(); };
}

/// Local. This rank in `comm`.
inline int rank_in(MPI_Comm comm) {
  int rank = 0;
  MPI_Comm_rank(comm, &rank);
  return rank;
}

/// Local. The number of ranks of `comm`.
inline int size_of(MPI_Comm comm) {
  int size = 0;
  MPI_Comm_size(comm, &size);
  return size;
}

/// Waits until MPI has completed `request`, and calls `meanwhile` between two looks.
template <class Meanwhile = yielding>
void complete(MPI_Request& request, Meanwhile meanwhile = {}) {
  for (int done = 0;;) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done != 0) return;
    meanwhile();
  }
}

/// Collective. A barrier that yields.
template <class Meanwhile = yielding>
void meet(MPI_Comm comm, Meanwhile meanwhile = {}) {
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibarrier(comm, &request);
  complete(request, meanwhile);
}

/// Collective. Reduces the numbers of all ranks with `op`. All ranks get the result.
template <class Meanwhile = yielding>
std::int64_t reduce_over(MPI_Comm comm, std::int64_t mine, MPI_Op op, Meanwhile meanwhile = {}) {
  std::int64_t all = 0;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Iallreduce(&mine, &all, 1, MPI_INT64_T, op, comm, &request);
  complete(request, meanwhile);
  return all;
}

/// Collective. The sum over all ranks, on all ranks.
template <class Meanwhile = yielding>
std::int64_t sum_over(MPI_Comm comm, std::int64_t mine, Meanwhile meanwhile = {}) {
  return reduce_over(comm, mine, MPI_SUM, meanwhile);
}

/// Called meanwhile by a rank that may wait for minutes. It leaves the cores to other ranks.
struct napping {
  /// Sleeps for some milliseconds.
  void operator()() const { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }
};

/// Collective. The number that `work` returns on rank 0, on all ranks. The others don't work.
template <class Work>
std::int64_t done_by_rank_0(MPI_Comm comm, Work&& work) {
  return sum_over(comm, rank_in(comm) == 0 ? static_cast<std::int64_t>(work()) : 0, napping{});
}

/// Local. Whether `action` throws an `Error`. All other exceptions continue.
template <class Error, class Action>
bool throws(Action&& action) {
  try {
    action();
  } catch (const Error&) {
    return true;
  }
  return false;
}

/// Collective. The number of ranks on which `action` threw an `Error`.
template <class Error, class Action>
std::int64_t ranks_that_threw(MPI_Comm comm, Action&& action) {
  return sum_over(comm, throws<Error>(action) ? 1 : 0);
}

/// Local. Sends a number.
template <class Meanwhile = yielding>
void tell(MPI_Comm comm, int to, std::int64_t what, Meanwhile meanwhile = {}) {
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Isend(&what, 1, MPI_INT64_T, to, 0, comm, &request);
  complete(request, meanwhile);
}

/// Waits for a number.
template <class Meanwhile = yielding>
std::int64_t hear(MPI_Comm comm, int from, Meanwhile meanwhile = {}) {
  std::int64_t what = 0;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Irecv(&what, 1, MPI_INT64_T, from, 0, comm, &request);
  complete(request, meanwhile);
  return what;
}

/// Local. Whether a number from that rank has arrived.
inline bool has_news(MPI_Comm comm, int from) {
  int found = 0;
  MPI_Iprobe(from, 0, comm, &found, MPI_STATUS_IGNORE);
  return found != 0;
}

/// Collective. Whether all ranks of `comm` share one node's memory.
inline bool on_one_node(MPI_Comm comm) {
  MPI_Comm node = MPI_COMM_NULL;
  MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  const bool alone = size_of(node) != size_of(comm);
  MPI_Comm_free(&node);
  return sum_over(comm, alone ? 1 : 0) == 0;
}

}  // namespace mpilock::testing
