#pragma once
/// @file
/// @brief Counts the communicators, windows, keyvals and attributes of this rank. It defines the
/// MPI routines that make and free them; the linker finds these before the real ones. Only one
/// source file of a program may include it, since these definitions are not inline.

#include <mpi.h>

#include <atomic>

namespace stress {

/// Objects that were made and not freed yet.
struct mpi_objects {
  std::atomic<int> communicators = 0;
  std::atomic<int> windows = 0;
  std::atomic<int> keyvals = 0;
  std::atomic<int> attributes = 0;
  std::atomic<int> made = 0;  ///< of all kinds, freed or not; shows that objects are counted at all
};
inline mpi_objects alive;

/// @return `code`
inline int count(std::atomic<int>& which, int change, int code) {
  if (code != MPI_SUCCESS) return code;
  which += change;
  if (change > 0) ++alive.made;
  return code;
}

}  // namespace stress

extern "C" {

int MPI_Comm_dup(MPI_Comm comm, MPI_Comm* copy) {
  return stress::count(stress::alive.communicators, 1, PMPI_Comm_dup(comm, copy));
}

int MPI_Comm_dup_with_info(MPI_Comm comm, MPI_Info info, MPI_Comm* copy) {
  return stress::count(stress::alive.communicators, 1, PMPI_Comm_dup_with_info(comm, info, copy));
}

int MPI_Comm_idup(MPI_Comm comm, MPI_Comm* copy, MPI_Request* request) {
  return stress::count(stress::alive.communicators, 1, PMPI_Comm_idup(comm, copy, request));
}

int MPI_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm* part) {
  return stress::count(stress::alive.communicators, 1, PMPI_Comm_split(comm, color, key, part));
}

int MPI_Comm_split_type(MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm* part) {
  return stress::count(stress::alive.communicators, 1,
                       PMPI_Comm_split_type(comm, type, key, info, part));
}

int MPI_Comm_free(MPI_Comm* comm) {
  return stress::count(stress::alive.communicators, -1, PMPI_Comm_free(comm));
}

int MPI_Win_allocate(MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, void* base,
                     MPI_Win* window) {
  return stress::count(stress::alive.windows, 1,
                       PMPI_Win_allocate(size, unit, info, comm, base, window));
}

int MPI_Win_allocate_shared(MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, void* base,
                            MPI_Win* window) {
  return stress::count(stress::alive.windows, 1,
                       PMPI_Win_allocate_shared(size, unit, info, comm, base, window));
}

int MPI_Win_create(void* base, MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm,
                   MPI_Win* window) {
  return stress::count(stress::alive.windows, 1,
                       PMPI_Win_create(base, size, unit, info, comm, window));
}

int MPI_Win_free(MPI_Win* window) {
  return stress::count(stress::alive.windows, -1, PMPI_Win_free(window));
}

int MPI_Comm_create_keyval(MPI_Comm_copy_attr_function* copy, MPI_Comm_delete_attr_function* erase,
                           int* key, void* extra) {
  return stress::count(stress::alive.keyvals, 1, PMPI_Comm_create_keyval(copy, erase, key, extra));
}

int MPI_Comm_free_keyval(int* key) {
  return stress::count(stress::alive.keyvals, -1, PMPI_Comm_free_keyval(key));
}

/// Counts each call. An attribute that replaces another one counts twice, which could only make the
/// test stricter.
int MPI_Comm_set_attr(MPI_Comm comm, int key, void* value) {
  return stress::count(stress::alive.attributes, 1, PMPI_Comm_set_attr(comm, key, value));
}

int MPI_Comm_delete_attr(MPI_Comm comm, int key) {
  return stress::count(stress::alive.attributes, -1, PMPI_Comm_delete_attr(comm, key));
}

}  // extern "C"
