#pragma once
/// @file
/// @brief The parts of the ranks in a fault test, and their communication without MPI.

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

/// The victim is the holder, the waiter or the root. The warden stops or kills the victim, and its
/// timed calls are checked.
enum part { root = 0, holder = 1, waiter = 2, warden = 3 };
constexpr int parts = 4;

using backends = std::tuple<mpilock::shared_memory, mpilock::rma_window, mpilock::two_sided>;

/// Objects that outlive a scene, and that need no MPI during it. The blackboard has two words for
/// each rank: its process, and the number of its steps.
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

  /// Local: this rank has reached the next step.
  void announce() { ++board_[parts + me_]; }
  int steps_of(int rank) const { return static_cast<int>(board_[parts + rank]); }
  /// Waits until another rank has reached this step of the scene.
  template <class Meanwhile>
  void await(int rank, int step, Meanwhile meanwhile) const {
    board_.await(parts + rank, step, meanwhile);
  }
  /// Call it while no scene runs, and let the ranks meet afterwards.
  void begin_scene() { board_[parts + me_] = 0; }

  mpilock::testing::section_judge judge;
  mpilock::testing::counter_file file;

 private:
  int me_;
  stress::blackboard board_;
};

}  // namespace faults
