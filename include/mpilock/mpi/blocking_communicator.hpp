#pragma once
/// @file
/// @brief Blocking communication, for calls in which no rank holds or waits for a lock.

#include <mpi.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "mpilock/mpi/mpi_call.hpp"

namespace mpilock::detail {

/// A communicator whose calls block, so that no lock is served meanwhile. Clocks are compared, and
/// trace files written, in this way. Each function throws mpi_error, if MPI returns its errors.
class blocking_communicator {
 public:
  /// Local. The user's communicator; nothing is freed.
  explicit blocking_communicator(MPI_Comm users) : comm_(users) {
    mpi_call("MPI_Comm_rank", MPI_Comm_rank(comm_, &rank_));
    mpi_call("MPI_Comm_size", MPI_Comm_size(comm_, &size_));
  }

  /// Collective. A duplicate of the user's communicator. It returns errors, and is freed at the end
  /// of this object.
  static blocking_communicator duplicate_of(MPI_Comm users) {
    MPI_Comm made = MPI_COMM_NULL;
    mpi_call("MPI_Comm_dup", MPI_Comm_dup(users, &made));
    MPI_Comm_set_errhandler(made, MPI_ERRORS_RETURN);
    blocking_communicator its(made);
    its.owned_ = made;
    return its;
  }

  blocking_communicator(blocking_communicator&& other) noexcept
      : comm_(other.comm_),
        owned_(std::exchange(other.owned_, MPI_COMM_NULL)),
        rank_(other.rank_),
        size_(other.size_) {}
  blocking_communicator& operator=(blocking_communicator&&) = delete;

  /// Collective if it frees a duplicate. Frees nothing after MPI_Finalize, which has done so.
  ~blocking_communicator() {
    if (owned_ != MPI_COMM_NULL && !mpi_finalized()) MPI_Comm_free(&owned_);
  }

  MPI_Comm get() const noexcept { return comm_; }
  int rank() const noexcept { return rank_; }
  int size() const noexcept { return size_; }

  /// Collective. @return the value that the root passed
  std::int64_t broadcast(std::int64_t value, int root) const {
    mpi_call("MPI_Bcast", MPI_Bcast(&value, 1, MPI_INT64_T, root, comm_));
    return value;
  }

  /// Collective. @return the least of the values that the ranks pass
  std::int64_t least(std::int64_t value) const {
    std::int64_t all = 0;
    mpi_call("MPI_Allreduce", MPI_Allreduce(&value, &all, 1, MPI_INT64_T, MPI_MIN, comm_));
    return all;
  }

  /// Collective. @return the values that the ranks pass, in the order of ranks
  std::vector<int> gather(int value) const {
    std::vector<int> all(static_cast<std::size_t>(size_));
    mpi_call("MPI_Allgather", MPI_Allgather(&value, 1, MPI_INT, all.data(), 1, MPI_INT, comm_));
    return all;
  }

  void send(std::int64_t value, int to, int tag) const {
    mpi_call("MPI_Send", MPI_Send(&value, 1, MPI_INT64_T, to, tag, comm_));
  }
  std::int64_t receive(int from, int tag) const {
    std::int64_t value = 0;
    mpi_call("MPI_Recv", MPI_Recv(&value, 1, MPI_INT64_T, from, tag, comm_, MPI_STATUS_IGNORE));
    return value;
  }

  /// @param text at most 2^31 - 1 bytes, since MPI counts with an int; the same for `receive`
  void send(std::span<const char> text, int to, int tag) const {
    mpi_call("MPI_Send",
             MPI_Send(text.data(), static_cast<int>(text.size()), MPI_CHAR, to, tag, comm_));
  }
  void receive(std::span<char> text, int from, int tag) const {
    mpi_call("MPI_Recv", MPI_Recv(text.data(), static_cast<int>(text.size()), MPI_CHAR, from, tag,
                                  comm_, MPI_STATUS_IGNORE));
  }

 private:
  MPI_Comm comm_;
  MPI_Comm owned_ = MPI_COMM_NULL;
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace mpilock::detail
