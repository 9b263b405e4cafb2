#pragma once
/// @file
/// @brief An MPI that delays and shuffles. It defines MPI routines that call `perturber`; the
/// linker finds these before the real ones. Only one source file of a program may include it, since
/// these definitions are not inline.

#include <mpi.h>

#include <cstdint>

#include "stress/perturber.hpp"

extern "C" {

int MPI_Fetch_and_op(const void* operand, void* result, MPI_Datatype type, int target,
                     MPI_Aint word, MPI_Op op, MPI_Win window) {
  auto& layer = stress::perturber::of_this_process();
  layer.disturb();
  const auto now = [=] {
    return PMPI_Fetch_and_op(operand, result, type, target, word, op, window);
  };
  auto* const rubbish = type == MPI_UINT64_T ? static_cast<std::uint64_t*>(result) : nullptr;
  return layer.hold_operation(window, target, word, rubbish, now) ? MPI_SUCCESS : now();
}

/// MPI promises that each element is atomic, but not the whole. So a look at several words is split
/// into one operation for each word, and these land in any order.
int MPI_Get_accumulate(const void* operand, int count, MPI_Datatype type, void* result,
                       int result_count, MPI_Datatype result_type, int target, MPI_Aint word,
                       int target_count, MPI_Datatype target_type, MPI_Op op, MPI_Win window) {
  if (op != MPI_NO_OP || result_type != MPI_UINT64_T)
    return PMPI_Get_accumulate(operand, count, type, result, result_count, result_type, target,
                               word, target_count, target_type, op, window);
  auto* const results = static_cast<std::uint64_t*>(result);
  for (int i = 0; i < result_count; ++i)
    MPI_Fetch_and_op(results + i, results + i, MPI_UINT64_T, target, word + i, op, window);
  return MPI_SUCCESS;
}

int MPI_Accumulate(const void* operand, int count, MPI_Datatype type, int target, MPI_Aint word,
                   int target_count, MPI_Datatype target_type, MPI_Op op, MPI_Win window) {
  auto& layer = stress::perturber::of_this_process();
  layer.disturb();
  const auto now = [=] {
    return PMPI_Accumulate(operand, count, type, target, word, target_count, target_type, op,
                           window);
  };
  const bool held = count == 1 && layer.hold_operation(window, target, word, nullptr, now);
  return held ? MPI_SUCCESS : now();
}

int MPI_Put(const void* operand, int count, MPI_Datatype type, int target, MPI_Aint word,
            int target_count, MPI_Datatype target_type, MPI_Win window) {
  auto& layer = stress::perturber::of_this_process();
  layer.disturb();
  const auto now = [=] {
    return PMPI_Put(operand, count, type, target, word, target_count, target_type, window);
  };
  const bool held = count == 1 && layer.hold_operation(window, target, word, nullptr, now);
  return held ? MPI_SUCCESS : now();
}

int MPI_Win_flush(int target, MPI_Win window) {
  auto& layer = stress::perturber::of_this_process();
  layer.disturb();
  layer.flush(window, target);
  return PMPI_Win_flush(target, window);
}

int MPI_Isend(const void* data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request* request) {
  auto& layer = stress::perturber::of_this_process();
  layer.disturb();
  const auto now = [=] {
    MPI_Request real = MPI_REQUEST_NULL;
    PMPI_Isend(data, count, type, to, tag, comm, &real);
    return real;
  };
  if (!layer.hold_send(comm, to, request, now)) *request = now();
  return MPI_SUCCESS;
}

/// A message may always be under way for longer.
int MPI_Test(MPI_Request* request, int* done, MPI_Status* status) {
  auto& layer = stress::perturber::of_this_process();
  layer.disturb();
  *done = 0;
  return layer.choose(8) == 1 ? MPI_SUCCESS : PMPI_Test(request, done, status);
}

/// Messages of different senders arrive in any order, and a message may always be under way for
/// longer.
int MPI_Iprobe(int from, int tag, MPI_Comm comm, int* found, MPI_Status* status) {
  auto& layer = stress::perturber::of_this_process();
  layer.disturb();
  *found = 0;
  if (layer.choose(8) == 1) return MPI_SUCCESS;
  int ranks = 0;
  PMPI_Comm_size(comm, &ranks);
  const int first = static_cast<int>(layer.choose(static_cast<std::size_t>(ranks)));
  for (int i = 0; from == MPI_ANY_SOURCE && i < ranks - 1 && *found == 0; ++i)
    PMPI_Iprobe((first + i) % ranks, tag, comm, found, status);
  return *found != 0 ? MPI_SUCCESS : PMPI_Iprobe(from, tag, comm, found, status);
}

}  // extern "C"
