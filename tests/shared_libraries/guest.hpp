#pragma once
// The functions of a shared library that the program calls. Each library has its own copy of
// mpilock.

#include <mpi.h>

#include <cstdint>

namespace shared_libraries {

struct guest {
  /// Collective: opens one more controller, on the `two_sided` backend.
  void (*open)(MPI_Comm comm, bool with_thread);
  /// Local, with the latest controller. @return whether this rank entered as a writer within 10 s
  bool (*write)();
  /// Collective, with the latest controller.
  void (*barrier)();
  /// Collective: closes and removes the latest controller.
  void (*close)();
  /// Local.
  std::int64_t (*next_key)();
  /// Local. The address of the registry that the library uses.
  const void* (*registry)();
};

}  // namespace shared_libraries
