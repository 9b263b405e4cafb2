#pragma once
/// @file
/// @brief The library's thread has left MPI when MPI_Finalize begins, where MPI needs that.

#include <mpi.h>

#if defined(OPEN_MPI)

namespace mpilock::detail {

/// Local. Whether MPI_Finalize may begin while the library's thread runs.
inline bool finalize_awaits_thread() { return true; }

}  // namespace mpilock::detail

#elif !defined(__linux__) || defined(MPILOCK_NO_MPI_FINALIZE)

namespace mpilock::detail {

inline bool finalize_awaits_thread() { return false; }

}  // namespace mpilock::detail

#else

#include <dlfcn.h>

#include "mpilock/mpi/process_registry.hpp"

/// MPICH switches its own locking off as MPI_Finalize begins, before any callback (MPII_Finalize,
/// in 4.0 to 5.0; Intel MPI is made from it). A thread that is inside MPI at that moment never
/// unlocks MPICH's lock, and MPICH aborts when it destroys the lock. So the thread must end before,
/// and only a function in front of MPICH's own can do that. MPI gives each routine a second name
/// for such functions (MPI 4.0, section 15.2, "Profiling Interface").
///
/// It calls the next function of the name, which may be a tool's.
extern "C" [[gnu::weak, gnu::visibility("default")]] int mpilock_finalize() {
  mpilock::detail::process_registry::of_this_process().retire_thread();
  // Not in a function of its own: RTLD_NEXT depends on the shared library of the call.
  void* const next = ::dlsym(RTLD_NEXT, "MPI_Finalize");
  return next == nullptr ? PMPI_Finalize() : reinterpret_cast<int (*)()>(next)();
}

/// Weak, so that a program may have its own. A source file that includes mpilock and defines
/// MPI_Finalize must define MPILOCK_NO_MPI_FINALIZE, and so must the rest of the program.
extern "C" [[gnu::weak, gnu::visibility("default"), gnu::alias("mpilock_finalize")]] int
MPI_Finalize();

namespace mpilock::detail {

/// The program's calls of MPI_Finalize must come to the function above. They don't if mpilock is
/// only in a plug-in, or if the program has a function of its own.
inline bool finalize_awaits_thread() {
  static const bool is_reached = ::dlsym(::dlopen(nullptr, RTLD_LAZY), "MPI_Finalize") ==
                                 reinterpret_cast<void*>(&mpilock_finalize);
  return is_reached;
}

}  // namespace mpilock::detail

#endif
