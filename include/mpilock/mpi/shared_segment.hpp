#pragma once
/// @file
/// @brief Memory that all ranks of a communicator have mapped.

#include <mpi.h>

#include <cstddef>
#include <cstring>
#include <string>

#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/give_back_window.hpp"
#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// A zeroed segment that `owner` allocates and all ranks map, from `MPI_Win_allocate_shared`.
class shared_segment {
 public:
  /// Collective, over ranks of one node. @throws unavailable_error on every rank if it fails
  shared_segment(const communicator& comm, int owner, std::size_t bytes) {
    void* own = nullptr;
    const auto share = static_cast<MPI_Aint>(comm.rank() == owner ? bytes : 0);
    const int code = MPI_Win_allocate_shared(share, 1, MPI_INFO_NULL, comm.get(), &own, &handle_);
    if (code == MPI_SUCCESS) comm.pass_name_on(handle_);
    const std::string failure = code == MPI_SUCCESS ? map(owner) : explain(code, bytes);
    if (failure.empty() && comm.rank() == owner) std::memset(base_, 0, bytes);
    // No rank uses the segment before all ranks have it and it is cleared.
    standing_by idle;
    try {
      require_everywhere(comm, failure, idle);
    } catch (const unavailable_error&) {  // on every rank
      give_back_window(comm, handle_, idle);
      throw;
    }
  }

  shared_segment(const shared_segment&) = delete;
  shared_segment& operator=(const shared_segment&) = delete;

  void* base() const noexcept { return base_; }

  /// Collective.
  void free() {
    if (handle_ != MPI_WIN_NULL) mpi_call("MPI_Win_free", MPI_Win_free(&handle_));
  }

 private:
  /// @return the reason why it can't be mapped, or an empty text if it is mapped
  std::string map(int owner) {
    try {
      MPI_Aint size = 0;
      int unit = 0;
      mpi_call("MPI_Win_set_errhandler", MPI_Win_set_errhandler(handle_, MPI_ERRORS_RETURN));
      mpi_call("MPI_Win_shared_query", MPI_Win_shared_query(handle_, owner, &size, &unit, &base_));
      return "";
    } catch (const mpi_error& failure) {  // all ranks must hear of it
      return failure.what();
    }
  }

  static std::string explain(int code, std::size_t bytes) {
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    MPI_Error_string(code, text, &length);
    return "MPI_Win_allocate_shared of " + std::to_string(bytes) + " bytes failed (" +
           std::string(text) + "); is /dev/shm full or too small? Else use two_sided";
  }

  MPI_Win handle_ = MPI_WIN_NULL;
  void* base_ = nullptr;
};

}  // namespace mpilock::detail
