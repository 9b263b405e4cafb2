#pragma once
/// @file
/// @brief The ranks of a fault test: who plays what, and how they tell each other without MPI.

#include <mpi.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <tuple>

#include "mpilock/mpilock.hpp"
#include "mpilock/testing/counter_file.hpp"
#include "mpilock/testing/section_judge.hpp"
#include "stress/blackboard.hpp"
#include "support/ranks.hpp"

namespace faults {

/// A victim is the holder, the waiter or the root. The warden does it to them, and is the one whose
/// timed calls are looked at.
enum part { root = 0, holder = 1, waiter = 2, warden = 3 };
constexpr int parts = 4;

using backends = std::tuple<mpilock::shared_memory, mpilock::rma_window, mpilock::two_sided>;

/// What outlives a scene, and does not need MPI while one plays: words of a rank on the blackboard
/// are its process and how far it has come.
class stage {
 public:
  explicit stage(MPI_Comm comm) : judge(comm), file(comm), board_(comm) {
    judge.move_to(root);
    me_ = mpilock_test::rank_in(comm);
    board_[me_] = getpid();
    mpilock_test::meet(comm);
  }

  int me() const noexcept { return me_; }
  pid_t process_of(int rank) const { return static_cast<pid_t>(board_[rank]); }

  /// Local: this rank has come to the next step.
  void announce() { ++board_[parts + me_]; }
  int steps_of(int rank) const { return static_cast<int>(board_[parts + rank]); }
  /// Waits until another rank has come that far in this scene.
  template <class Meanwhile>
  void await(int rank, int step, Meanwhile meanwhile) const {
    board_.await(parts + rank, step, meanwhile);
  }
  /// To be called while nobody plays, and met after.
  void begin_scene() { board_[parts + me_] = 0; }

  mpilock::testing::section_judge judge;
  mpilock::testing::counter_file file;

 private:
  int me_;
  stress::blackboard board_;
};

}  // namespace faults
