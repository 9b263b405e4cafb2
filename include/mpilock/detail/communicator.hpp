#pragma once
/// @file
/// @brief A private duplicate of the user's communicator, on which every wait idles.

#include <mpi.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mpilock/detail/mpi_call.hpp"

namespace mpilock::detail {

/// Nothing here waits inside MPI for a rank that may be elsewhere: that rank may be waiting for
/// this one, which only `idle` can serve. Besides, MPICH's blocking calls don't yield, so that with
/// more ranks than cores each one costs a time slice. Hence nonblocking calls, `MPI_Test` and
/// `idle`.
class communicator {
 public:
  communicator() = default;

  /// Collective. Errors on the duplicate are returned; the user's error handler stays as it is.
  /// `MPI_Comm_dup` blocks inside MPI, so it has to wait until all ranks are here: one of them may
  /// first need a lock that this rank hosts.
  template <class Idle>
  static communicator duplicate_of(MPI_Comm users, Idle& idle) {
    MPI_Request all_here = MPI_REQUEST_NULL;
    mpi_call("MPI_Ibarrier", MPI_Ibarrier(users, &all_here));
    wait(all_here, idle);
    communicator copy;
    mpi_call("MPI_Comm_dup", MPI_Comm_dup(users, &copy.handle_));
    mpi_call("MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(copy.handle_, MPI_ERRORS_RETURN));
    mpi_call("MPI_Comm_rank", MPI_Comm_rank(copy.handle_, &copy.rank_));
    mpi_call("MPI_Comm_size", MPI_Comm_size(copy.handle_, &copy.size_));
    return copy;
  }

  /// Local. What debuggers and MPI tools show for it.
  void name(std::string text) {
    text.resize(std::min<std::size_t>(text.size(), MPI_MAX_OBJECT_NAME - 1));
    mpi_call("MPI_Comm_set_name", MPI_Comm_set_name(handle_, text.c_str()));
  }
  /// Local. The same name for a window that belongs to it; of use to nothing else, so that it may fail.
  void pass_name_on(MPI_Win window) const {
    char text[MPI_MAX_OBJECT_NAME] = "";
    int length = 0;
    if (MPI_Comm_get_name(handle_, text, &length) == MPI_SUCCESS) MPI_Win_set_name(window, text);
  }

  /// Collective.
  void free() {
    if (handle_ != MPI_COMM_NULL) mpi_call("MPI_Comm_free", MPI_Comm_free(&handle_));
  }

  MPI_Comm get() const noexcept { return handle_; }
  int rank() const noexcept { return rank_; }
  int size() const noexcept { return size_; }

  /// Local: lets MPI's progress engine run once.
  void poke() const {
    int flag = 0;
    mpi_call("MPI_Iprobe",
             MPI_Iprobe(MPI_ANY_SOURCE, unused_tag, handle_, &flag, MPI_STATUS_IGNORE));
  }

  template <class Idle>
  static void wait(MPI_Request& request, Idle& idle) {
    for (;;) {
      int done = 0;
      mpi_call("MPI_Test", MPI_Test(&request, &done, MPI_STATUS_IGNORE));
      if (done != 0) return;
      idle.idle();
    }
  }

  /// Collective; returns at once. `values` must live until the request is complete.
  MPI_Request start_min(std::span<std::int64_t> values) const {
    MPI_Request request = MPI_REQUEST_NULL;
    mpi_call("MPI_Iallreduce",
             MPI_Iallreduce(MPI_IN_PLACE, values.data(), static_cast<int>(values.size()),
                            MPI_INT64_T, MPI_MIN, handle_, &request));
    return request;
  }

  /// Collective. Every rank gets the least of all ranks' values, place by place.
  template <class Idle>
  void all_reduce_min(std::span<std::int64_t> values, Idle& idle) const {
    MPI_Request request = start_min(values);
    wait(request, idle);
  }

  /// Collective. Any size; it travels in pieces, because MPI counts with an int.
  template <class Idle>
  void broadcast(std::span<std::byte> bytes, int from, Idle& idle,
                 std::size_t piece = std::size_t{1} << 30) const {
    while (!bytes.empty()) {
      const auto now = bytes.first(std::min(piece, bytes.size()));
      MPI_Request request = MPI_REQUEST_NULL;
      mpi_call("MPI_Ibcast", MPI_Ibcast(now.data(), static_cast<int>(now.size()), MPI_BYTE, from,
                                        handle_, &request));
      wait(request, idle);
      bytes = bytes.subspan(now.size());
    }
  }

  /// Collective. Everyone gets everyone's text, cut to `text_size - 1` characters.
  template <class Idle>
  std::vector<std::string> gather_texts(std::string_view mine, Idle& idle) const {
    std::vector<char> all(static_cast<std::size_t>(size_) * text_size, '\0');
    std::vector<char> own(text_size, '\0');
    std::copy_n(mine.begin(), std::min(mine.size(), text_size - 1), own.begin());
    MPI_Request request = MPI_REQUEST_NULL;
    mpi_call("MPI_Iallgather",
             MPI_Iallgather(own.data(), static_cast<int>(text_size), MPI_CHAR, all.data(),
                            static_cast<int>(text_size), MPI_CHAR, handle_, &request));
    wait(request, idle);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < all.size(); i += text_size) texts.emplace_back(all.data() + i);
    return texts;
  }

 private:
  static constexpr std::size_t text_size = 256;
  static constexpr int unused_tag = 31999;  // below the 32,767 that every MPI allows

  MPI_Comm handle_ = MPI_COMM_NULL;
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace mpilock::detail
