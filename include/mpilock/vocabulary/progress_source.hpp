#pragma once
/// @file
/// @brief Something that other ranks may be waiting for this rank to attend to.
/// @ingroup vocabulary

namespace mpilock {

/// The side of a lock that a progress policy drives.
class progress_source {
 public:
  /// Gives MPI one turn and serves whoever waits for this rank. Local, never blocks; safe beside
  /// calls of the lock's owner where MPI runs with MPI_THREAD_MULTIPLE.
  /// @return whether there was something to do
  virtual bool advance() = 0;

  /// How many turns in a row it takes until what has arrived is served, for those who come by only
  /// now and then: a thread that sleeps in between, `progress()`. Local.
  virtual int advances() const noexcept { return 1; }

  /// Serves what has arrived, for one that has given MPI its turns already, through another source of
  /// this process: a thread that serves many. Local, never blocks.
  /// @return whether there was something to do
  virtual bool serve_arrived() { return advance(); }

  /// Gives MPI its turns and serves what has arrived. Local, never blocks.
  /// @return whether there was something to do
  bool progress() {
    bool busy = false;
    for (int i = advances(); i > 0; --i) busy |= advance();
    return busy;
  }

  /// Whether this rank hosts state that others can't reach without its help.
  virtual bool hosts() const noexcept = 0;

 protected:
  ~progress_source() = default;
};

}  // namespace mpilock
