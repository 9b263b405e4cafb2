#pragma once
/// @file
/// @brief For progress policies: the promise that this process serves a lock that it hosts.
/// @ingroup policy

#include <mpi.h>

#include "mpilock/mpi/before_finalize.hpp"
#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/mpi/process_registry.hpp"
#include "mpilock/vocabulary/progress_source.hpp"

namespace mpilock {

/// While this object exists, every waiting call of this process serves `source`, whichever lock it
/// waits for. The rank that it waits for may need this lock first. A source that hosts nothing is
/// not served.
class serving {
 public:
  /// The callers that serve the source.
  enum class by {
    waiting_calls,  ///< calls of the library that wait
    thread_too,     ///< these calls, and the process's one background thread
  };

  /// Local. Whether `thread_too` is allowed on this rank: MPI runs with MPI_THREAD_MULTIPLE, and
  /// MPI_Finalize may begin while the thread runs.
  static bool may_use_thread() {
    return detail::mpi_thread_level() == MPI_THREAD_MULTIPLE && detail::finalize_awaits_thread();
  }

  /// Local. `source` must outlive this object. `hosts()` is called once, in this constructor. The
  /// first source that asks for the thread starts it.
  /// @throws std::system_error if a thread is needed and can't be started
  explicit serving(progress_source& source, by whom = by::waiting_calls)
      : source_(source.hosts() ? &source : nullptr) {
    if (source_ != nullptr)
      detail::process_registry::of_this_process().add(*source_, whom == by::thread_too);
  }
  /// When it returns, no call and no thread uses the source any more.
  ~serving() {
    if (source_ != nullptr) detail::process_registry::of_this_process().remove(*source_);
  }
  serving(const serving&) = delete;
  serving& operator=(const serving&) = delete;

 private:
  progress_source* source_;
};

}  // namespace mpilock
