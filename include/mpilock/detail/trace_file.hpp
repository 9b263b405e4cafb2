#pragma once
/// @file
/// @brief One file to which all ranks contribute a text, in their order.

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

#include "mpilock/detail/mpi_call.hpp"
#include "mpilock/error.hpp"

namespace mpilock::detail {

/// A text as JSON writes it, quotes included.
inline std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (const char each : text) {
    const auto code = static_cast<unsigned char>(each);
    if (each == '"' || each == '\\') {
      out += '\\';
      out += each;
    } else if (code < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", code);
      out += escape.data();
    } else {
      out += each;
    }
  }
  return out + '"';
}

/// Sixteen digits.
inline std::string hexadecimal(std::uint64_t value) {
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(value));
  return digits.data();
}

/// All of its calls are collective over a communicator of its own, a duplicate of the user's. The root
/// holds one rank's text at a time.
class trace_file {
 public:
  /// @throws usage_error on every rank if there is no such root
  trace_file(MPI_Comm users, int root, std::string path) : root_(root), path_(std::move(path)) {
    mpi_call("MPI_Comm_dup", MPI_Comm_dup(users, &comm_));
    MPI_Comm_set_errhandler(comm_, MPI_ERRORS_RETURN);
    MPI_Comm_rank(comm_, &rank_);
    MPI_Comm_size(comm_, &size_);
    if (root >= 0 && root < size_) return;
    MPI_Comm_free(&comm_);
    throw usage_error("mpilock: root " + std::to_string(root) + " is to write '" + path_ +
                      "', but is not a rank of this communicator; give 0 … " +
                      std::to_string(size_ - 1));
  }
  ~trace_file() { MPI_Comm_free(&comm_); }
  trace_file(const trace_file&) = delete;
  trace_file& operator=(const trace_file&) = delete;

  MPI_Comm comm() const noexcept { return comm_; }
  int rank() const noexcept { return rank_; }

  /// The root's value.
  std::uint64_t agreed(std::int64_t value) const {
    mpi_call("MPI_Bcast", MPI_Bcast(&value, 1, MPI_INT64_T, root_, comm_));
    return static_cast<std::uint64_t>(value);
  }
  std::int64_t least(std::int64_t value) const {
    std::int64_t all = 0;
    mpi_call("MPI_Allreduce", MPI_Allreduce(&value, &all, 1, MPI_INT64_T, MPI_MIN, comm_));
    return all;
  }

  /// The texts of all ranks, with commas in between. @throws error on every rank
  void write(std::string_view begin, const std::string& mine, std::string_view end) {
    std::ofstream file;
    if (rank_ == root_) file.open(path_, std::ios::binary | std::ios::trunc);
    require(rank_ != root_ || file.is_open(), "can't be opened for writing");
    file << begin;
    for (int rank = 0; rank < size_; ++rank) {
      if (rank_ == root_ && rank > 0) file << ',';
      pass(rank, mine, file);
    }
    file << end;
    file.close();
    require(rank_ != root_ || file.good(), "could not be written to its end; is the disk full?");
  }

 private:
  static constexpr std::size_t piece = std::size_t{1} << 26;

  void pass(int rank, const std::string& mine, std::ostream& file) const {
    if (rank == root_) {
      if (rank_ == root_) file << mine;
      return;
    }
    std::uint64_t left = mine.size();
    if (rank_ == rank)
      mpi_call("MPI_Send", MPI_Send(&left, 1, MPI_UINT64_T, root_, tag, comm_));
    else if (rank_ == root_)
      mpi_call("MPI_Recv", MPI_Recv(&left, 1, MPI_UINT64_T, rank, tag, comm_, MPI_STATUS_IGNORE));
    else
      return;
    std::string part;
    for (std::size_t at = 0; at < left; at += piece) {
      const auto length = static_cast<int>(std::min<std::uint64_t>(piece, left - at));
      if (rank_ == rank) {
        mpi_call("MPI_Send", MPI_Send(mine.data() + at, length, MPI_CHAR, root_, tag, comm_));
      } else {
        part.resize(static_cast<std::size_t>(length));
        mpi_call("MPI_Recv",
                 MPI_Recv(part.data(), length, MPI_CHAR, rank, tag, comm_, MPI_STATUS_IGNORE));
        file << part;
      }
    }
  }

  void require(bool is_good, const char* complaint) const {
    int code = is_good ? 0 : std::max(errno, 1);
    mpi_call("MPI_Bcast", MPI_Bcast(&code, 1, MPI_INT, root_, comm_));
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
