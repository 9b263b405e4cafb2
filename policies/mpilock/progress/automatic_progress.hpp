#pragma once
/// @file
/// @brief Serves other ranks from a background thread if MPI allows one, else by polling.
/// @ingroup progress

#include <string_view>

#include "mpilock/policy/serving.hpp"
#include "mpilock/progress/polling_progress.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock {

/// It is `threaded_progress` on a rank whose MPI runs with `MPI_THREAD_MULTIPLE` and whose
/// `MPI_Finalize` may begin while the thread runs. On any other it is `polling_progress`. So it
/// fails at no thread level. The thread runs only if this rank hosts something that other ranks
/// can't reach without its help. This is the default.
class automatic_progress : public polling_progress {
 public:
  static constexpr std::string_view name = "automatic_progress";  ///< ranks compare it in `sync`

  /// Local. Whether it serves from the thread on this rank.
  static bool has_thread() { return serving::may_use_thread(); }

  /// Local. Hands `source` to the thread where there is one, if it hosts anything.
  explicit automatic_progress(progress_source& source)
      : polling_progress(source,
                         has_thread() ? serving::by::thread_too : serving::by::waiting_calls) {}
};

}  // namespace mpilock
