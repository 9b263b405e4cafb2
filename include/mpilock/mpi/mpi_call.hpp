#pragma once
/// @file
/// @brief Every MPI routine that the library calls goes through `mpi_call`.

#include <mpi.h>

#include <string>

#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

[[noreturn]] inline void throw_mpi_error(const char* routine, int code) {
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw mpi_error(routine, code, std::string(text, static_cast<std::size_t>(length)));
}

/// Turns an MPI return code into an exception.
inline void mpi_call(const char* routine, int code) {
  if (code != MPI_SUCCESS) [[unlikely]]
    throw_mpi_error(routine, code);
}

inline bool mpi_initialized() {
  int flag = 0;
  MPI_Initialized(&flag);  // these two may be called at any time
  return flag != 0;
}

inline bool mpi_finalized() {
  int flag = 0;
  MPI_Finalized(&flag);
  return flag != 0;
}

inline int mpi_thread_level() {
  int provided = MPI_THREAD_SINGLE;
  mpi_call("MPI_Query_thread", MPI_Query_thread(&provided));
  return provided;
}

inline const char* thread_level_name(int level) {
  return level == MPI_THREAD_SINGLE       ? "MPI_THREAD_SINGLE"
         : level == MPI_THREAD_FUNNELED   ? "MPI_THREAD_FUNNELED"
         : level == MPI_THREAD_SERIALIZED ? "MPI_THREAD_SERIALIZED"
                                          : "MPI_THREAD_MULTIPLE";
}

}  // namespace mpilock::detail
