#pragma once
// An MPI that counts what this rank makes and gives back, and that fails on demand. It consists of
// definitions of some MPI routines, which the linker finds before the real ones. Only one source
// file of a program may include it, since these definitions are not inline.

#include <mpi.h>

#include <ostream>

namespace contracts {

/// What this rank has made and not given back yet.
struct account {
  int communicators = 0;
  int windows = 0;
  int epochs = 0;  ///< MPI_Win_lock_all without MPI_Win_unlock_all
  int keyvals = 0;
  int attributes = 0;

  bool operator==(const account&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const account& it) {
    return out << it.communicators << " communicators, " << it.windows << " windows, " << it.epochs
               << " epochs, " << it.keyvals << " keyvals, " << it.attributes << " attributes";
  }
};
inline account alive;
inline int windows_made = 0;  ///< given back or not; shows that windows are counted at all

/// The MPI routines that fail on this rank.
struct failures {
  bool windows = false;         ///< MPI_Win_allocate
  bool shared_windows = false;  ///< MPI_Win_allocate_shared
  bool epochs = false;          ///< MPI_Win_lock_all
  bool mappings = false;        ///< MPI_Win_shared_query
  bool atomics = false;         ///< MPI_Fetch_and_op
  bool sums_are_lost = false;
  bool threads = false;  ///< MPI reports MPI_THREAD_SINGLE
};
inline failures now;

struct with_failures {
  explicit with_failures(const failures& wanted) { now = wanted; }
  ~with_failures() { now = {}; }
  with_failures(const with_failures&) = delete;
  with_failures& operator=(const with_failures&) = delete;
};

inline int book(int& which, int change, int code) {
  if (code == MPI_SUCCESS) which += change;
  return code;
}

/// A window that fails is freed at once. All ranks free it, since it fails on all of them.
inline int window_or_failure(int code, bool fails, MPI_Win* window) {
  if (code != MPI_SUCCESS) return code;
  if (fails) {
    PMPI_Win_free(window);
    return MPI_ERR_WIN;
  }
  ++windows_made;
  return book(alive.windows, 1, code);
}

}  // namespace contracts

extern "C" {

int MPI_Comm_dup(MPI_Comm comm, MPI_Comm* copy) {
  return contracts::book(contracts::alive.communicators, 1, PMPI_Comm_dup(comm, copy));
}

int MPI_Comm_idup(MPI_Comm comm, MPI_Comm* copy, MPI_Request* request) {
  return contracts::book(contracts::alive.communicators, 1, PMPI_Comm_idup(comm, copy, request));
}

int MPI_Comm_dup_with_info(MPI_Comm comm, MPI_Info info, MPI_Comm* copy) {
  return contracts::book(contracts::alive.communicators, 1,
                         PMPI_Comm_dup_with_info(comm, info, copy));
}

int MPI_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm* part) {
  const int code = PMPI_Comm_split(comm, color, key, part);
  return contracts::book(contracts::alive.communicators, *part == MPI_COMM_NULL ? 0 : 1, code);
}

int MPI_Comm_split_type(MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm* part) {
  const int code = PMPI_Comm_split_type(comm, type, key, info, part);
  return contracts::book(contracts::alive.communicators, *part == MPI_COMM_NULL ? 0 : 1, code);
}

int MPI_Comm_free(MPI_Comm* comm) {
  return contracts::book(contracts::alive.communicators, -1, PMPI_Comm_free(comm));
}

int MPI_Win_allocate(MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, void* base,
                     MPI_Win* window) {
  return contracts::window_or_failure(PMPI_Win_allocate(size, unit, info, comm, base, window),
                                      contracts::now.windows, window);
}

int MPI_Win_allocate_shared(MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, void* base,
                            MPI_Win* window) {
  return contracts::window_or_failure(
      PMPI_Win_allocate_shared(size, unit, info, comm, base, window), contracts::now.shared_windows,
      window);
}

int MPI_Win_free(MPI_Win* window) {
  return contracts::book(contracts::alive.windows, -1, PMPI_Win_free(window));
}

int MPI_Win_shared_query(MPI_Win window, int rank, MPI_Aint* size, int* unit, void* base) {
  if (contracts::now.mappings) return MPI_ERR_OTHER;
  return PMPI_Win_shared_query(window, rank, size, unit, base);
}

int MPI_Win_lock_all(int assertion, MPI_Win window) {
  if (contracts::now.epochs) return MPI_ERR_RMA_SYNC;
  return contracts::book(contracts::alive.epochs, 1, PMPI_Win_lock_all(assertion, window));
}

int MPI_Win_unlock_all(MPI_Win window) {
  return contracts::book(contracts::alive.epochs, -1, PMPI_Win_unlock_all(window));
}

int MPI_Fetch_and_op(const void* operand, void* result, MPI_Datatype type, int rank, MPI_Aint place,
                     MPI_Op op, MPI_Win window) {
  if (contracts::now.atomics) return MPI_ERR_RMA_SYNC;
  const bool lost = contracts::now.sums_are_lost && op == MPI_SUM;
  return PMPI_Fetch_and_op(operand, result, type, rank, place, lost ? MPI_NO_OP : op, window);
}

int MPI_Query_thread(int* provided) {
  const int code = PMPI_Query_thread(provided);
  if (contracts::now.threads) *provided = MPI_THREAD_SINGLE;
  return code;
}

int MPI_Comm_create_keyval(MPI_Comm_copy_attr_function* copy, MPI_Comm_delete_attr_function* erase,
                           int* key, void* extra) {
  return contracts::book(contracts::alive.keyvals, 1,
                         PMPI_Comm_create_keyval(copy, erase, key, extra));
}

int MPI_Comm_free_keyval(int* key) {
  return contracts::book(contracts::alive.keyvals, -1, PMPI_Comm_free_keyval(key));
}

int MPI_Comm_set_attr(MPI_Comm comm, int key, void* value) {
  return contracts::book(contracts::alive.attributes, 1, PMPI_Comm_set_attr(comm, key, value));
}

int MPI_Comm_delete_attr(MPI_Comm comm, int key) {
  return contracts::book(contracts::alive.attributes, -1, PMPI_Comm_delete_attr(comm, key));
}

}  // extern "C"
