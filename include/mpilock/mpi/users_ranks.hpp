#pragma once
/// @file
/// @brief The ranks of the user's communicator, before the library has one of its own.

#include <mpi.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/mpi/users_communicator.hpp"

namespace mpilock::detail {

/// Local. How many ranks `users` has.
/// @throws usage_error unless it is an intracommunicator of a running MPI
inline int size_of(MPI_Comm users) {
  require_communicator(users, "sync");
  int size = 0;
  mpi_call("MPI_Comm_size", MPI_Comm_size(users, &size));
  return size;
}

/// The ranks of the user's communicator, before the library has one of its own. Collective calls
/// alone, since the library has no tags there.
class users_ranks {
 public:
  explicit users_ranks(MPI_Comm comm) : comm_(comm), size_(size_of(comm)) {
    if (size_ > 1) mpi_call("MPI_Comm_rank", MPI_Comm_rank(comm, &rank_));
  }

  int rank() const noexcept { return rank_; }
  int size() const noexcept { return size_; }

  /// Collective. Every rank gets the least of all ranks' values, place by place.
  template <class Idle>
  void all_reduce_min(std::span<std::int64_t> values, Idle& idle) const {
    if (size_ == 1) return;
    MPI_Request request = MPI_REQUEST_NULL;
    mpi_call("MPI_Iallreduce",
             MPI_Iallreduce(MPI_IN_PLACE, values.data(), static_cast<int>(values.size()),
                            MPI_INT64_T, MPI_MIN, comm_, &request));
    communicator::wait(request, idle);
  }

  /// Collective. Everyone gets everyone's text, cut to `text_size - 1` characters.
  template <class Idle>
  std::vector<std::string> gather_texts(std::string_view mine, Idle& idle) const {
    if (size_ == 1) return {std::string(mine)};
    std::vector<char> all(static_cast<std::size_t>(size_) * text_size, '\0');
    std::vector<char> own(text_size, '\0');
    std::copy_n(mine.begin(), std::min(mine.size(), text_size - 1), own.begin());
    MPI_Request request = MPI_REQUEST_NULL;
    mpi_call("MPI_Iallgather",
             MPI_Iallgather(own.data(), static_cast<int>(text_size), MPI_CHAR, all.data(),
                            static_cast<int>(text_size), MPI_CHAR, comm_, &request));
    communicator::wait(request, idle);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < all.size(); i += text_size) texts.emplace_back(all.data() + i);
    return texts;
  }

 private:
  static constexpr std::size_t text_size = 512;

  MPI_Comm comm_;
  int rank_ = 0;
  int size_;
};

}  // namespace mpilock::detail
