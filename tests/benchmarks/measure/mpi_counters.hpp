#pragma once
/// @file
/// @brief Counts the calls of MPI of this rank. `mpi_counters.cpp` defines MPI routines, which the
/// linker finds before the real ones, so the counts are exact.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lockbench {

/// The routines that the contenders use to lock and unlock.
enum class mpi_routine : std::size_t {
  fetch_and_op,
  compare_and_swap,
  get_accumulate,
  accumulate,
  get,
  put,
  win_flush,
  win_flush_local,
  win_lock,
  win_unlock,
  win_sync,
  send,
  isend,
  recv,
  irecv,
  wait,
  test,  ///< this one and those below look for messages
  iprobe,
  improbe
};

inline constexpr std::array<std::string_view, 19> mpi_routine_names = {"MPI_Fetch_and_op",
                                                                       "MPI_Compare_and_swap",
                                                                       "MPI_Get_accumulate",
                                                                       "MPI_Accumulate",
                                                                       "MPI_Get",
                                                                       "MPI_Put",
                                                                       "MPI_Win_flush",
                                                                       "MPI_Win_flush_local",
                                                                       "MPI_Win_lock",
                                                                       "MPI_Win_unlock",
                                                                       "MPI_Win_sync",
                                                                       "MPI_Send",
                                                                       "MPI_Isend",
                                                                       "MPI_Recv",
                                                                       "MPI_Irecv",
                                                                       "MPI_Wait",
                                                                       "MPI_Test",
                                                                       "MPI_Iprobe",
                                                                       "MPI_Improbe"};

constexpr bool is_poll(std::size_t routine) {
  return routine >= static_cast<std::size_t>(mpi_routine::test);
}

/// Plain data, so that ranks can add theirs up: the calls, then the operations and messages to
/// another rank.
struct mpi_tally {
  static constexpr std::size_t routines = mpi_routine_names.size();
  static constexpr std::size_t remote_operations = routines;  ///< one-sided, with another target
  static constexpr std::size_t messages = routines + 1;       ///< sent to another rank
  std::array<std::int64_t, routines + 2> counts{};

  void add_difference(const mpi_tally& later, const mpi_tally& earlier, bool polls) {
    for (std::size_t i = 0; i < counts.size(); ++i)
      if ((i < routines && is_poll(i)) == polls) counts[i] += later.counts[i] - earlier.counts[i];
  }
};

/// The counts of this rank so far.
mpi_tally counted();

/// Call it once, before the first call that is counted, if several threads call MPI.
void count_for_several_threads();

}  // namespace lockbench
