#pragma once
/// @file
/// @brief Something that this rank must serve, because other ranks may wait for it.
/// @ingroup vocabulary

namespace mpilock {

/// The side of a lock that a progress policy uses.
class progress_source {
 public:
  /// Lets MPI make progress once, and serves the ranks that wait for this rank. Local, never
  /// blocks. It may run beside calls of the lock's owner if MPI runs with MPI_THREAD_MULTIPLE.
  /// @return whether there was something to do
  virtual bool advance() = 0;

  /// How many calls of `advance` in a row serve everything that has arrived. Callers that come only
  /// now and then need this number: a thread that sleeps in between, and `progress()`. Local.
  virtual int advances() const noexcept { return 1; }

  /// Serves what has arrived, if the caller has already let MPI make progress through another
  /// source of this process. A thread that serves many sources calls it. Local, never blocks.
  /// @return whether there was something to do
  virtual bool serve_arrived() { return advance(); }

  /// Calls `advance` as often as needed to serve what has arrived. Local, never blocks.
  /// @return whether there was something to do
  bool progress() {
    bool busy = false;
    for (int i = advances(); i > 0; --i) busy |= advance();
    return busy;
  }

  /// Whether this rank hosts state that other ranks can't reach without its help.
  virtual bool hosts() const noexcept = 0;

 protected:
  ~progress_source() = default;
};

}  // namespace mpilock
