#include "mpi_counters.hpp"

#include <mpi.h>

#include <atomic>

namespace lockbench {
namespace {

constinit std::array<std::atomic<std::int64_t>, mpi_tally::routines + 2> tally{};
constinit bool several_threads = false;
constinit int own_rank = -1;

/// No atomic read-modify-write: it would cost more than some of the calls that are counted.
void count(std::size_t which) {
  if (several_threads)
    tally[which].fetch_add(1, std::memory_order_relaxed);
  else
    tally[which].store(tally[which].load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

void count(mpi_routine routine) { count(static_cast<std::size_t>(routine)); }

/// All contenders use the world or duplicates of it, in which a rank has the same number.
bool is_other_rank(int rank) {
  if (own_rank < 0) PMPI_Comm_rank(MPI_COMM_WORLD, &own_rank);
  return rank >= 0 && rank != own_rank;
}

void count_operation(mpi_routine routine, int target) {
  count(routine);
  if (is_other_rank(target)) count(mpi_tally::remote_operations);
}

void count_message(mpi_routine routine, int to) {
  count(routine);
  if (is_other_rank(to)) count(mpi_tally::messages);
}

}  // namespace

mpi_tally counted() {
  mpi_tally now;
  for (std::size_t i = 0; i < now.counts.size(); ++i)
    now.counts[i] = tally[i].load(std::memory_order_relaxed);
  return now;
}

void count_for_several_threads() {
  is_other_rank(0);  // looks up this rank's number
  several_threads = true;
}

}  // namespace lockbench

using lockbench::count;
using lockbench::count_message;
using lockbench::count_operation;
using lockbench::mpi_routine;

extern "C" {

int MPI_Fetch_and_op(const void* operand, void* result, MPI_Datatype type, int target,
                     MPI_Aint place, MPI_Op op, MPI_Win window) {
  count_operation(mpi_routine::fetch_and_op, target);
  return PMPI_Fetch_and_op(operand, result, type, target, place, op, window);
}

int MPI_Compare_and_swap(const void* value, const void* expected, void* result, MPI_Datatype type,
                         int target, MPI_Aint place, MPI_Win window) {
  count_operation(mpi_routine::compare_and_swap, target);
  return PMPI_Compare_and_swap(value, expected, result, type, target, place, window);
}

int MPI_Get_accumulate(const void* operand, int operand_count, MPI_Datatype operand_type,
                       void* result, int result_count, MPI_Datatype result_type, int target,
                       MPI_Aint place, int target_count, MPI_Datatype target_type, MPI_Op op,
                       MPI_Win window) {
  count_operation(mpi_routine::get_accumulate, target);
  return PMPI_Get_accumulate(operand, operand_count, operand_type, result, result_count,
                             result_type, target, place, target_count, target_type, op, window);
}

int MPI_Accumulate(const void* operand, int operand_count, MPI_Datatype operand_type, int target,
                   MPI_Aint place, int target_count, MPI_Datatype target_type, MPI_Op op,
                   MPI_Win window) {
  count_operation(mpi_routine::accumulate, target);
  return PMPI_Accumulate(operand, operand_count, operand_type, target, place, target_count,
                         target_type, op, window);
}

int MPI_Get(void* result, int result_count, MPI_Datatype result_type, int target, MPI_Aint place,
            int target_count, MPI_Datatype target_type, MPI_Win window) {
  count_operation(mpi_routine::get, target);
  return PMPI_Get(result, result_count, result_type, target, place, target_count, target_type,
                  window);
}

int MPI_Put(const void* value, int count, MPI_Datatype type, int target, MPI_Aint place,
            int target_count, MPI_Datatype target_type, MPI_Win window) {
  count_operation(mpi_routine::put, target);
  return PMPI_Put(value, count, type, target, place, target_count, target_type, window);
}

int MPI_Win_flush(int target, MPI_Win window) {
  count(mpi_routine::win_flush);
  return PMPI_Win_flush(target, window);
}

int MPI_Win_flush_local(int target, MPI_Win window) {
  count(mpi_routine::win_flush_local);
  return PMPI_Win_flush_local(target, window);
}

int MPI_Win_lock(int type, int target, int assertion, MPI_Win window) {
  count(mpi_routine::win_lock);
  return PMPI_Win_lock(type, target, assertion, window);
}

int MPI_Win_unlock(int target, MPI_Win window) {
  count(mpi_routine::win_unlock);
  return PMPI_Win_unlock(target, window);
}

int MPI_Win_sync(MPI_Win window) {
  count(mpi_routine::win_sync);
  return PMPI_Win_sync(window);
}

int MPI_Send(const void* what, int size, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  count_message(mpi_routine::send, to);
  return PMPI_Send(what, size, type, to, tag, comm);
}

int MPI_Isend(const void* what, int size, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request* request) {
  count_message(mpi_routine::isend, to);
  return PMPI_Isend(what, size, type, to, tag, comm, request);
}

int MPI_Recv(void* what, int size, MPI_Datatype type, int from, int tag, MPI_Comm comm,
             MPI_Status* status) {
  count(mpi_routine::recv);
  return PMPI_Recv(what, size, type, from, tag, comm, status);
}

int MPI_Irecv(void* what, int size, MPI_Datatype type, int from, int tag, MPI_Comm comm,
              MPI_Request* request) {
  count(mpi_routine::irecv);
  return PMPI_Irecv(what, size, type, from, tag, comm, request);
}

int MPI_Wait(MPI_Request* request, MPI_Status* status) {
  count(mpi_routine::wait);
  return PMPI_Wait(request, status);
}

int MPI_Test(MPI_Request* request, int* done, MPI_Status* status) {
  count(mpi_routine::test);
  return PMPI_Test(request, done, status);
}

int MPI_Iprobe(int from, int tag, MPI_Comm comm, int* found, MPI_Status* status) {
  count(mpi_routine::iprobe);
  return PMPI_Iprobe(from, tag, comm, found, status);
}

int MPI_Improbe(int from, int tag, MPI_Comm comm, int* found, MPI_Message* message,
                MPI_Status* status) {
  count(mpi_routine::improbe);
  return PMPI_Improbe(from, tag, comm, found, message, status);
}

}  // extern "C"
