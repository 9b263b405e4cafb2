#pragma once
/// @file
/// @brief Serves other ranks from a background thread, whatever this rank does.
/// @ingroup progress

#include <mpi.h>

#include <string_view>

#include "mpilock/policy/serving.hpp"
#include "mpilock/progress/polling_progress.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock {

/// A process has one such thread, which all its controllers share. It runs only if this rank hosts
/// something that other ranks can't reach without its help. No rank waits for a root that computes.
/// A waiting rank polls besides, since it is faster than the thread.
///
/// This policy needs `MPI_Init_thread` with `MPI_THREAD_MULTIPLE`, which makes MPI itself a little
/// slower. The thread sleeps for 1 ms between its rounds, and for up to 8 ms if no rank has asked
/// for a while.
class threaded_progress : public polling_progress {
 public:
  static constexpr std::string_view name = "threaded_progress";  ///< ranks compare it in `sync`
  /// The lowest thread level that MPI must provide; below it, `sync` throws `unavailable_error`.
  static constexpr int thread_level = MPI_THREAD_MULTIPLE;

  /// Local. Hands `source` to the thread, if it hosts anything. The first source starts the thread.
  explicit threaded_progress(progress_source& source)
      : polling_progress(source, serving::by::thread_too) {}
};

}  // namespace mpilock
