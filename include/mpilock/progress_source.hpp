#pragma once
/// @file
/// @brief Something that other ranks may be waiting for this rank to attend to.

namespace mpilock {

/// The side of a lock that a progress policy drives.
class progress_source {
 public:
  /// Gives MPI a turn and serves whoever waits for this rank. Local, never blocks; safe beside
  /// calls of the lock's owner where MPI runs with MPI_THREAD_MULTIPLE.
  /// @return whether there was something to do
  virtual bool advance() = 0;

  /// Whether this rank hosts state that others can't reach without its help.
  virtual bool hosts() const noexcept = 0;

 protected:
  ~progress_source() = default;
};

}  // namespace mpilock
