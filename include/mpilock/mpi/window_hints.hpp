#pragma once
/// @file
/// @brief What MPI is told of the windows for atomic words.

#include <mpi.h>

#include <array>
#include <utility>

namespace mpilock::detail {

/// The hints for a `window`. Each is true of every use that the library makes of it.
///
///  - `accumulate_ops` is `same_op_no_op`: a word is only added to, or only replaced. Besides,
///    ranks look at it.
///  - `accumulate_ordering` is `none`: a rank's operation on a word is complete before its next one
///    on that word begins (`window::complete`).
///  - `same_disp_unit` is `true`: it is the size of a word.
///  - `mpi_accumulate_granularity` is `8`: all operations are on whole words.
///
/// The first three are from MPI 4.0, section 12.2.1, the last one is from MPI 4.1. An MPI may
/// ignore them. `accumulate_ordering` lets MPICH use atomic operations of networks that keep no
/// order.
///
/// These are left out: `same_size`, because the home has more words; `no_locks`, because windows
/// are open by `MPI_Win_lock_all`. MPICH's `which_accumulate_ops` and Open MPI's
/// `acc_single_intrinsic` are for programs that take one word at a time. Here one operation looks
/// at the slots of all ranks, which the network would not make atomic with the others.
///
/// Each window needs an object of its own: MPICH shortens lists inside the caller's info (its
/// `parse_info_accu_ops_str`).
class window_hints {
 public:
  /// A hint that can't be set is left out.
  window_hints() {
    if (MPI_Info_create(&info_) != MPI_SUCCESS) info_ = MPI_INFO_NULL;
    if (info_ == MPI_INFO_NULL) return;
    for (const auto& [key, value] : all) MPI_Info_set(info_, key, value);
  }
  ~window_hints() {
    if (info_ != MPI_INFO_NULL) MPI_Info_free(&info_);
  }
  window_hints(const window_hints&) = delete;
  window_hints& operator=(const window_hints&) = delete;

  MPI_Info get() const noexcept { return info_; }

  static constexpr std::array<std::pair<const char*, const char*>, 4> all{
      {{"accumulate_ops", "same_op_no_op"},
       {"accumulate_ordering", "none"},
       {"same_disp_unit", "true"},
       {"mpi_accumulate_granularity", "8"}}};

 private:
  MPI_Info info_ = MPI_INFO_NULL;
};

}  // namespace mpilock::detail
