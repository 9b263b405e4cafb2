#pragma once
// What a shared library of the test lets the program do. Each library has its own copy of mpilock.

#include <mpi.h>

#include <cstdint>

namespace shared_libraries {

struct guest {
  /// Collective: opens one more controller, on messages.
  void (*open)(MPI_Comm comm, bool with_thread);
  /// Local, of the latest controller: whether this rank has been a writer within 10 s.
  bool (*write)();
  /// Collective, on the latest controller.
  void (*barrier)();
  /// Collective, on the latest controller, which is no longer there then.
  void (*close)();
  /// Local.
  std::int64_t (*next_key)();
  /// Local. Where the library finds what must be one per process.
  const void* (*registry)();
};

}  // namespace shared_libraries
