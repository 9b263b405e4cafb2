/// @file
/// @brief Definitions of MPI routines that count the calls. The linker finds them before MPI's own.
///
/// A routine that is missing here is not counted. The test `costs_count_everything` checks that no
/// program of this folder calls one.

#include <mpi.h>

#include "mpi_ledger.hpp"

namespace {

void note(const char* routine) {
  costs::mpi_ledger::of_this_process().change(
      [routine](costs::mpi_bill& now) { ++now.others[routine]; });
}
void note_poll() {
  costs::mpi_ledger::of_this_process().change([](costs::mpi_bill& now) { ++now.polls; });
}
void note_sent() {
  costs::mpi_ledger::of_this_process().change([](costs::mpi_bill& now) { ++now.sent; });
}
void note_received() {
  costs::mpi_ledger::of_this_process().change([](costs::mpi_bill& now) { ++now.received; });
}
void note_flush(int target) {
  costs::mpi_ledger::of_this_process().change(
      [target](costs::mpi_bill& now) { ++now.round_trips[target]; });
}

/// The windows are those of duplicates of MPI_COMM_WORLD, so ranks are the same in both.
void note_operation(int target, bool is_look) {
  auto& ledger = costs::mpi_ledger::of_this_process();
  ledger.change([target](costs::mpi_bill& now) { ++now.operations[target]; });
  int own = 0;
  PMPI_Comm_rank(MPI_COMM_WORLD, &own);
  if (is_look && target == own) ledger.looks_at_itself();
}

}  // namespace

/// A routine of the given parameters that does `before` and passes the arguments on.
#define COUNTED(routine, parameters, arguments, before) \
  int routine parameters {                              \
    before;                                             \
    return P##routine arguments;                        \
  }
/// A routine that is counted by its name.
#define NAMED(routine, parameters, arguments) \
  COUNTED(routine, parameters, arguments, note(#routine))

extern "C" {

// One-sided operations.
COUNTED(MPI_Fetch_and_op,
        (const void* from, void* into, MPI_Datatype type, int target, MPI_Aint at, MPI_Op op,
         MPI_Win window),
        (from, into, type, target, at, op, window), note_operation(target, op == MPI_NO_OP))
COUNTED(MPI_Compare_and_swap,
        (const void* from, const void* expected, void* into, MPI_Datatype type, int target,
         MPI_Aint at, MPI_Win window),
        (from, expected, into, type, target, at, window), note_operation(target, false))
COUNTED(MPI_Get_accumulate,
        (const void* from, int count, MPI_Datatype type, void* into, int into_count,
         MPI_Datatype into_type, int target, MPI_Aint at, int there, MPI_Datatype type_there,
         MPI_Op op, MPI_Win window),
        (from, count, type, into, into_count, into_type, target, at, there, type_there, op, window),
        note_operation(target, op == MPI_NO_OP))
COUNTED(MPI_Rget_accumulate,
        (const void* from, int count, MPI_Datatype type, void* into, int into_count,
         MPI_Datatype into_type, int target, MPI_Aint at, int there, MPI_Datatype type_there,
         MPI_Op op, MPI_Win window, MPI_Request* request),
        (from, count, type, into, into_count, into_type, target, at, there, type_there, op, window,
         request),
        note_operation(target, op == MPI_NO_OP))
COUNTED(MPI_Accumulate,
        (const void* from, int count, MPI_Datatype type, int target, MPI_Aint at, int there,
         MPI_Datatype type_there, MPI_Op op, MPI_Win window),
        (from, count, type, target, at, there, type_there, op, window),
        note_operation(target, false))
COUNTED(MPI_Raccumulate,
        (const void* from, int count, MPI_Datatype type, int target, MPI_Aint at, int there,
         MPI_Datatype type_there, MPI_Op op, MPI_Win window, MPI_Request* request),
        (from, count, type, target, at, there, type_there, op, window, request),
        note_operation(target, false))
COUNTED(MPI_Put,
        (const void* from, int count, MPI_Datatype type, int target, MPI_Aint at, int there,
         MPI_Datatype type_there, MPI_Win window),
        (from, count, type, target, at, there, type_there, window), note_operation(target, false))
COUNTED(MPI_Rput,
        (const void* from, int count, MPI_Datatype type, int target, MPI_Aint at, int there,
         MPI_Datatype type_there, MPI_Win window, MPI_Request* request),
        (from, count, type, target, at, there, type_there, window, request),
        note_operation(target, false))
COUNTED(MPI_Get,
        (void* into, int count, MPI_Datatype type, int target, MPI_Aint at, int there,
         MPI_Datatype type_there, MPI_Win window),
        (into, count, type, target, at, there, type_there, window), note_operation(target, true))
COUNTED(MPI_Rget,
        (void* into, int count, MPI_Datatype type, int target, MPI_Aint at, int there,
         MPI_Datatype type_there, MPI_Win window, MPI_Request* request),
        (into, count, type, target, at, there, type_there, window, request),
        note_operation(target, true))

COUNTED(MPI_Win_flush, (int target, MPI_Win window), (target, window), note_flush(target))
COUNTED(MPI_Win_flush_local, (int target, MPI_Win window), (target, window), note_flush(target))
NAMED(MPI_Win_flush_all, (MPI_Win window), (window))
NAMED(MPI_Win_flush_local_all, (MPI_Win window), (window))
NAMED(MPI_Win_lock, (int kind, int target, int assertion, MPI_Win window),
      (kind, target, assertion, window))
NAMED(MPI_Win_unlock, (int target, MPI_Win window), (target, window))
NAMED(MPI_Win_lock_all, (int assertion, MPI_Win window), (assertion, window))
NAMED(MPI_Win_unlock_all, (MPI_Win window), (window))
NAMED(MPI_Win_sync, (MPI_Win window), (window))
NAMED(MPI_Win_fence, (int assertion, MPI_Win window), (assertion, window))

// Messages.
#define COUNTED_SEND(routine)                                                               \
  COUNTED(routine,                                                                          \
          (const void* what, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm), \
          (what, count, type, to, tag, comm), note_sent())
#define COUNTED_ISEND(routine)                                                             \
  COUNTED(routine,                                                                         \
          (const void* what, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm, \
           MPI_Request* request),                                                          \
          (what, count, type, to, tag, comm, request), note_sent())
COUNTED_SEND(MPI_Send)
COUNTED_SEND(MPI_Ssend)
COUNTED_SEND(MPI_Bsend)
COUNTED_SEND(MPI_Rsend)
COUNTED_ISEND(MPI_Isend)
COUNTED_ISEND(MPI_Issend)
COUNTED_ISEND(MPI_Ibsend)
COUNTED_ISEND(MPI_Irsend)
COUNTED(MPI_Recv,
        (void* into, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm,
         MPI_Status* status),
        (into, count, type, from, tag, comm, status), note_received())
COUNTED(MPI_Irecv,
        (void* into, int count, MPI_Datatype type, int from, int tag, MPI_Comm comm,
         MPI_Request* request),
        (into, count, type, from, tag, comm, request), note_received())
COUNTED(MPI_Mrecv,
        (void* into, int count, MPI_Datatype type, MPI_Message* message, MPI_Status* status),
        (into, count, type, message, status), note_received())
COUNTED(MPI_Imrecv,
        (void* into, int count, MPI_Datatype type, MPI_Message* message, MPI_Request* request),
        (into, count, type, message, request), note_received())
NAMED(MPI_Sendrecv,
      (const void* what, int count, MPI_Datatype type, int to, int tag, void* into, int into_count,
       MPI_Datatype into_type, int from, int into_tag, MPI_Comm comm, MPI_Status* status),
      (what, count, type, to, tag, into, into_count, into_type, from, into_tag, comm, status))

// Looks whether a message has arrived.
COUNTED(MPI_Iprobe, (int from, int tag, MPI_Comm comm, int* found, MPI_Status* status),
        (from, tag, comm, found, status), note_poll())
COUNTED(MPI_Improbe,
        (int from, int tag, MPI_Comm comm, int* found, MPI_Message* message, MPI_Status* status),
        (from, tag, comm, found, message, status), note_poll())
COUNTED(MPI_Test, (MPI_Request * request, int* done, MPI_Status* status), (request, done, status),
        note_poll())
COUNTED(MPI_Testall, (int count, MPI_Request requests[], int* done, MPI_Status statuses[]),
        (count, requests, done, statuses), note_poll())
COUNTED(MPI_Testany, (int count, MPI_Request requests[], int* index, int* done, MPI_Status* status),
        (count, requests, index, done, status), note_poll())
COUNTED(MPI_Request_get_status, (MPI_Request request, int* done, MPI_Status* status),
        (request, done, status), note_poll())

COUNTED(MPI_Get_count, (const MPI_Status* status, MPI_Datatype type, int* count),
        (status, type, count), static_cast<void>(0))

// Routines that block.
NAMED(MPI_Cancel, (MPI_Request * request), (request))
NAMED(MPI_Wait, (MPI_Request * request, MPI_Status* status), (request, status))
NAMED(MPI_Waitall, (int count, MPI_Request requests[], MPI_Status statuses[]),
      (count, requests, statuses))
NAMED(MPI_Probe, (int from, int tag, MPI_Comm comm, MPI_Status* status), (from, tag, comm, status))
NAMED(MPI_Mprobe, (int from, int tag, MPI_Comm comm, MPI_Message* message, MPI_Status* status),
      (from, tag, comm, message, status))

// Collective calls.
NAMED(MPI_Barrier, (MPI_Comm comm), (comm))
NAMED(MPI_Ibarrier, (MPI_Comm comm, MPI_Request* request), (comm, request))
NAMED(MPI_Bcast, (void* what, int count, MPI_Datatype type, int from, MPI_Comm comm),
      (what, count, type, from, comm))
NAMED(MPI_Ibcast,
      (void* what, int count, MPI_Datatype type, int from, MPI_Comm comm, MPI_Request* request),
      (what, count, type, from, comm, request))
NAMED(MPI_Reduce,
      (const void* what, void* into, int count, MPI_Datatype type, MPI_Op op, int to,
       MPI_Comm comm),
      (what, into, count, type, op, to, comm))
NAMED(MPI_Allreduce,
      (const void* what, void* into, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm),
      (what, into, count, type, op, comm))
NAMED(MPI_Iallreduce,
      (const void* what, void* into, int count, MPI_Datatype type, MPI_Op op, MPI_Comm comm,
       MPI_Request* request),
      (what, into, count, type, op, comm, request))
NAMED(MPI_Gather,
      (const void* what, int count, MPI_Datatype type, void* into, int into_count,
       MPI_Datatype into_type, int to, MPI_Comm comm),
      (what, count, type, into, into_count, into_type, to, comm))
NAMED(MPI_Allgather,
      (const void* what, int count, MPI_Datatype type, void* into, int into_count,
       MPI_Datatype into_type, MPI_Comm comm),
      (what, count, type, into, into_count, into_type, comm))
NAMED(MPI_Iallgather,
      (const void* what, int count, MPI_Datatype type, void* into, int into_count,
       MPI_Datatype into_type, MPI_Comm comm, MPI_Request* request),
      (what, count, type, into, into_count, into_type, comm, request))

// Communicators.
NAMED(MPI_Comm_dup, (MPI_Comm comm, MPI_Comm* copy), (comm, copy))
NAMED(MPI_Comm_dup_with_info, (MPI_Comm comm, MPI_Info info, MPI_Comm* copy), (comm, info, copy))
NAMED(MPI_Comm_idup, (MPI_Comm comm, MPI_Comm* copy, MPI_Request* request), (comm, copy, request))
NAMED(MPI_Comm_create, (MPI_Comm comm, MPI_Group group, MPI_Comm* part), (comm, group, part))
NAMED(MPI_Comm_split, (MPI_Comm comm, int color, int key, MPI_Comm* part), (comm, color, key, part))
NAMED(MPI_Comm_split_type, (MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm* part),
      (comm, type, key, info, part))
NAMED(MPI_Comm_free, (MPI_Comm * comm), (comm))
NAMED(MPI_Comm_rank, (MPI_Comm comm, int* rank), (comm, rank))
NAMED(MPI_Comm_size, (MPI_Comm comm, int* size), (comm, size))
NAMED(MPI_Comm_group, (MPI_Comm comm, MPI_Group* group), (comm, group))
NAMED(MPI_Group_translate_ranks,
      (MPI_Group from, int count, const int ranks[], MPI_Group to, int translated[]),
      (from, count, ranks, to, translated))
NAMED(MPI_Group_free, (MPI_Group * group), (group))
NAMED(MPI_Comm_test_inter, (MPI_Comm comm, int* is_inter), (comm, is_inter))
NAMED(MPI_Comm_set_errhandler, (MPI_Comm comm, MPI_Errhandler handler), (comm, handler))
NAMED(MPI_Comm_get_errhandler, (MPI_Comm comm, MPI_Errhandler* handler), (comm, handler))
NAMED(MPI_Errhandler_free, (MPI_Errhandler * handler), (handler))
NAMED(MPI_Comm_set_name, (MPI_Comm comm, const char* name), (comm, name))
NAMED(MPI_Comm_get_name, (MPI_Comm comm, char* name, int* length), (comm, name, length))
NAMED(MPI_Comm_create_keyval,
      (MPI_Comm_copy_attr_function * copy, MPI_Comm_delete_attr_function* erase, int* key,
       void* extra),
      (copy, erase, key, extra))
NAMED(MPI_Comm_free_keyval, (int* key), (key))
NAMED(MPI_Comm_set_attr, (MPI_Comm comm, int key, void* value), (comm, key, value))
NAMED(MPI_Comm_get_attr, (MPI_Comm comm, int key, void* value, int* found),
      (comm, key, value, found))
NAMED(MPI_Comm_delete_attr, (MPI_Comm comm, int key), (comm, key))

// Windows.
NAMED(MPI_Win_get_attr, (MPI_Win window, int key, void* value, int* found),
      (window, key, value, found))
NAMED(MPI_Win_allocate,
      (MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, void* base, MPI_Win* window),
      (size, unit, info, comm, base, window))
NAMED(MPI_Win_allocate_shared,
      (MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, void* base, MPI_Win* window),
      (size, unit, info, comm, base, window))
NAMED(MPI_Win_create,
      (void* base, MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, MPI_Win* window),
      (base, size, unit, info, comm, window))
NAMED(MPI_Win_free, (MPI_Win * window), (window))
NAMED(MPI_Win_set_errhandler, (MPI_Win window, MPI_Errhandler handler), (window, handler))
NAMED(MPI_Win_set_name, (MPI_Win window, const char* name), (window, name))
NAMED(MPI_Win_shared_query, (MPI_Win window, int rank, MPI_Aint* size, int* unit, void* base),
      (window, rank, size, unit, base))

// Queries to the library itself.
NAMED(MPI_Initialized, (int* flag), (flag))
NAMED(MPI_Finalized, (int* flag), (flag))
NAMED(MPI_Query_thread, (int* level), (level))
NAMED(MPI_Error_string, (int code, char* text, int* length), (code, text, length))
NAMED(MPI_Error_class, (int code, int* group), (code, group))

double MPI_Wtime() {
  note("MPI_Wtime");
  return PMPI_Wtime();
}

}  // extern "C"
