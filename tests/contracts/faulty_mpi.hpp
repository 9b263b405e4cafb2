#pragma once
// An MPI that fails on demand. It consists of definitions of some MPI routines, which the linker
// finds before the real ones. Only one source file of a program may include it, since these
// definitions are not inline.

#include <mpi.h>

#include <vector>

namespace contracts {

/// The faults of MPI on this rank.
struct faults {
  bool windows = false;
  bool shared_windows = false;
  bool sums_are_lost = false;
  bool atomics = false;
  bool sends = false;
  bool duplicates = false;
  bool elsewhere = false;  ///< windows fail on another rank, so that this rank's is useless
};
inline faults now;

/// Windows that were made, but that the library can't use, because another rank has failed. The
/// test frees them.
inline std::vector<MPI_Win> leaked;

/// Sets the faults for its own lifetime.
struct with_faults {
  explicit with_faults(const faults& wanted) { now = wanted; }
  ~with_faults() { now = {}; }
};

inline int window_or_failure(int code, bool fails, MPI_Win* window) {
  if (code != MPI_SUCCESS) return code;
  if (fails || now.elsewhere) leaked.push_back(*window);
  if (!fails) return code;
  *window = MPI_WIN_NULL;
  return MPI_ERR_WIN;
}

inline void free_leaked() {
  for (auto& each : leaked) MPI_Win_free(&each);
  leaked.clear();
}

}  // namespace contracts

extern "C" {

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

int MPI_Fetch_and_op(const void* operand, void* result, MPI_Datatype type, int rank, MPI_Aint place,
                     MPI_Op op, MPI_Win window) {
  if (contracts::now.atomics) return MPI_ERR_RMA_SYNC;
  const bool lost = contracts::now.sums_are_lost && op == MPI_SUM;
  return PMPI_Fetch_and_op(operand, result, type, rank, place, lost ? MPI_NO_OP : op, window);
}

int MPI_Isend(const void* data, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request* request) {
  if (contracts::now.sends) return MPI_ERR_OTHER;
  return PMPI_Isend(data, count, type, to, tag, comm, request);
}

int MPI_Comm_dup_with_info(MPI_Comm comm, MPI_Info info, MPI_Comm* copy) {
  return contracts::now.duplicates ? MPI_ERR_NO_MEM : PMPI_Comm_dup_with_info(comm, info, copy);
}

}  // extern "C"
