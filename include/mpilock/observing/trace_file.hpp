#pragma once
/// @file
/// @brief One file to which every rank contributes a text, in the order of ranks.
/// @ingroup observing

#include <mpi.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/mpi/users_communicator.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// The value as sixteen hexadecimal digits.
inline std::string hexadecimal(std::uint64_t value) {
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(value));
  return digits.data();
}

/// A trace file that all ranks write together. All its calls are collective over its own duplicate
/// of the user's communicator. The root holds the text of one rank at a time.
class trace_file {
 public:
  /// @param call the name of the user's call, for messages
  /// @throws usage_error if `users` is not a communicator of a running MPI. On every rank, if
  /// `root` is not a rank of it.
  /// @throws mismatch_error on every rank if the ranks pass different roots
  trace_file(const std::string& call, MPI_Comm users, int root, std::string path)
      : root_(root), path_(std::move(path)) {
    require_communicator(users, call);
    mpi_call("MPI_Comm_dup", MPI_Comm_dup(users, &comm_));
    MPI_Comm_set_errhandler(comm_, MPI_ERRORS_RETURN);
    MPI_Comm_rank(comm_, &rank_);
    MPI_Comm_size(comm_, &size_);
    try {
      require_root(call);
    } catch (...) {  // on every rank, unless MPI fails
      MPI_Comm_free(&comm_);
      throw;
    }
  }
  /// Frees nothing after MPI_Finalize, which has freed the communicator.
  ~trace_file() {
    if (!mpi_finalized()) MPI_Comm_free(&comm_);
  }
  trace_file(const trace_file&) = delete;
  trace_file& operator=(const trace_file&) = delete;

  MPI_Comm comm() const noexcept { return comm_; }
  int rank() const noexcept { return rank_; }

  /// The value that the root passed.
  std::uint64_t agreed(std::int64_t value) const {
    mpi_call("MPI_Bcast", MPI_Bcast(&value, 1, MPI_INT64_T, root_, comm()));
    return static_cast<std::uint64_t>(value);
  }
  /// The least of the values that the ranks pass.
  std::int64_t least(std::int64_t value) const {
    std::int64_t all = 0;
    mpi_call("MPI_Allreduce", MPI_Allreduce(&value, &all, 1, MPI_INT64_T, MPI_MIN, comm()));
    return all;
  }

  /// Writes the texts of all ranks, separated by commas. @throws error on every rank
  void write(std::string_view begin, const std::string& mine, std::string_view end) {
    std::ofstream file;
    if (rank() == root_) file.open(path_, std::ios::binary | std::ios::trunc);
    require(rank() != root_ || file.is_open(), "can't be opened for writing");
    file << begin;
    for (int from = 0; from < size_; ++from) {
      if (rank() == root_ && from > 0) file << ',';
      pass(from, mine, file);
    }
    file << end;
    file.close();
    require(rank() != root_ || file.good(), "could not be written to its end; is the disk full?");
  }

 private:
  static constexpr std::size_t piece = std::size_t{1} << 26;

  /// Throws on all ranks or on none: the ranks compare their roots before any rank judges its own.
  void require_root(const std::string& call) const {
    std::vector<int> roots(static_cast<std::size_t>(size_));
    mpi_call("MPI_Allgather", MPI_Allgather(&root_, 1, MPI_INT, roots.data(), 1, MPI_INT, comm_));
    std::vector<std::string> said;
    said.reserve(roots.size());
    for (const int each : roots) said.push_back("root " + std::to_string(each));
    if (said != std::vector(said.size(), said.front()))
      throw mismatch_error("mpilock: the ranks disagree in " + call + "() of '" + path_ +
                           "': " + odd_ones_out(said) + "; give the same root on every rank");
    if (root_ < 0 || root_ >= size_)
      throw usage_error("mpilock: root " + std::to_string(root_) + " must write '" + path_ +
                        "' in " + call + "(), but is not a rank of this communicator; give 0 … " +
                        std::to_string(size_ - 1));
  }

  void pass(int from, const std::string& mine, std::ostream& file) const {
    if (from == root_) {
      if (rank() == root_) file << mine;
      return;
    }
    std::uint64_t left = mine.size();
    if (rank() == from)
      mpi_call("MPI_Send", MPI_Send(&left, 1, MPI_UINT64_T, root_, tag, comm()));
    else if (rank() == root_)
      mpi_call("MPI_Recv", MPI_Recv(&left, 1, MPI_UINT64_T, from, tag, comm(), MPI_STATUS_IGNORE));
    else
      return;
    std::string part;
    for (std::size_t at = 0; at < left; at += piece) {
      const auto length = static_cast<int>(std::min<std::uint64_t>(piece, left - at));
      if (rank() == from) {
        mpi_call("MPI_Send", MPI_Send(mine.data() + at, length, MPI_CHAR, root_, tag, comm()));
      } else {
        part.resize(static_cast<std::size_t>(length));
        mpi_call("MPI_Recv",
                 MPI_Recv(part.data(), length, MPI_CHAR, from, tag, comm(), MPI_STATUS_IGNORE));
        file << part;
      }
    }
  }

  void require(bool is_good, const char* complaint) const {
    int code = is_good ? 0 : std::max(errno, 1);
    mpi_call("MPI_Bcast", MPI_Bcast(&code, 1, MPI_INT, root_, comm()));
    if (code != 0)
      throw error("mpilock: the trace '" + path_ + "' " + complaint + " (" +
                  std::generic_category().message(code) + ", on rank " + std::to_string(root_) +
                  ")");
  }

  static constexpr int tag = 8;

  MPI_Comm comm_ = MPI_COMM_NULL;
  int root_;
  std::string path_;
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace mpilock::detail
