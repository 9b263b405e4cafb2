#pragma once
/// @file
/// @brief An MPI window of words, for peers and floors that work by one-sided operations.

#include <mpi.h>
#include <sched.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <type_traits>

#include "contender.hpp"
#include "meeting.hpp"

namespace lockbench {

/// `Word` is std::uint64_t or std::uint32_t. An operation is complete, at the target too, when its
/// function returns. It waits as MPI itself waits.
template <class Word>
class blocking_window {
 public:
  /// Collective: `words` words on every rank, all 0.
  blocking_window(const launch_facts& here, std::size_t words) : comm_(here.comm) {
    void* base = nullptr;
    // Uses whole cache lines: MPICH before 4.0.3 over UCX 1.13 shifts memory that begins elsewhere
    // (mpich#6140).
    constexpr std::size_t line = 64 / sizeof(Word);
    const auto size = static_cast<MPI_Aint>((words + line - 1) / line * line * sizeof(Word));
    const bool failed = MPI_Win_allocate(size, static_cast<int>(sizeof(Word)), MPI_INFO_NULL, comm_,
                                         &base, &window_) != MPI_SUCCESS;
    if (greatest(comm_, failed ? 1 : 0) != 0) throw std::runtime_error("MPI_Win_allocate failed");
    // Other ranks may write the memory only after its owner has cleared it.
    MPI_Win_lock(MPI_LOCK_EXCLUSIVE, here.rank, 0, window_);
    std::memset(base, 0, words * sizeof(Word));
    MPI_Win_unlock(here.rank, window_);
    meet(comm_);
  }
  blocking_window(const blocking_window&) = delete;
  blocking_window& operator=(const blocking_window&) = delete;

  /// Collective. After this, all ranks may use the window until `free`.
  void open() {
    MPI_Win_lock_all(MPI_MODE_NOCHECK, window_);
    is_open_ = true;
    meet(comm_);
  }

  /// MPI_Win_lock itself need not wait for the lock. An atomic look at the target forces it to:
  /// when the look is complete, the lock is held.
  void lock(int type, int target) {
    MPI_Win_lock(type, target, 0, window_);
    fetch(MPI_NO_OP, 0, target, 0);
  }
  void unlock(int target) { MPI_Win_unlock(target, window_); }

  /// @return the old value
  Word fetch(MPI_Op op, Word operand, int target, std::size_t word) {
    Word before = 0;
    MPI_Fetch_and_op(&operand, &before, type(), target, static_cast<MPI_Aint>(word), op, window_);
    MPI_Win_flush(target, window_);
    return before;
  }

  /// @return the old value: `expected` if it has been replaced
  Word compare_and_swap(Word expected, Word replacement, int target, std::size_t word) {
    Word before = 0;
    MPI_Compare_and_swap(&replacement, &expected, &before, type(), target,
                         static_cast<MPI_Aint>(word), window_);
    MPI_Win_flush(target, window_);
    return before;
  }

  /// Call it between two looks at a word. It lets other processes run. It also lets operations of
  /// others on this rank progress, which some MPIs don't do while a rank reads its own memory.
  void let_others() {
    int found = 0;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm_, &found, MPI_STATUS_IGNORE);
    sched_yield();
  }

  /// Collective.
  void free() {
    if (is_open_) MPI_Win_unlock_all(window_);
    meet(comm_);
    MPI_Win_free(&window_);
  }

 private:
  static MPI_Datatype type() {
    return std::is_same_v<Word, std::uint64_t> ? MPI_UINT64_T : MPI_UINT32_T;
  }

  MPI_Comm comm_;
  MPI_Win window_ = MPI_WIN_NULL;
  bool is_open_ = false;
};

}  // namespace lockbench
