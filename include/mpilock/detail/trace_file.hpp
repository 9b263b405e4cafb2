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

#include "mpilock/detail/agreement.hpp"
#include "mpilock/detail/communicator.hpp"
#include "mpilock/detail/mpi_call.hpp"
#include "mpilock/detail/users_communicator.hpp"
#include "mpilock/detail/waiting.hpp"
#include "mpilock/error.hpp"

namespace mpilock::detail {

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
  /// @param call the user's, for messages
  /// @throws usage_error if `users` is no communicator of a running MPI, or, on every rank, has no such
  /// root; mismatch_error, on every rank, if they give different roots
  trace_file(const std::string& call, MPI_Comm users, int root, std::string path)
      : comm_(duplicate_of(users, call)), root_(root), path_(std::move(path)) {
    try {
      require_root(call);
    } catch (const usage_error&) {  // on every rank
      comm_.free();
      throw;
    } catch (const mismatch_error&) {  // as well
      comm_.free();
      throw;
    }
  }
  /// Gives nothing back if MPI is gone, which took it along.
  ~trace_file() {
    MPI_Comm comm = comm_.get();
    if (!mpi_finalized()) MPI_Comm_free(&comm);
  }
  trace_file(const trace_file&) = delete;
  trace_file& operator=(const trace_file&) = delete;

  MPI_Comm comm() const noexcept { return comm_.get(); }
  int rank() const noexcept { return comm_.rank(); }

  /// The root's value.
  std::uint64_t agreed(std::int64_t value) const {
    mpi_call("MPI_Bcast", MPI_Bcast(&value, 1, MPI_INT64_T, root_, comm()));
    return static_cast<std::uint64_t>(value);
  }
  std::int64_t least(std::int64_t value) const {
    std::int64_t all = 0;
    mpi_call("MPI_Allreduce", MPI_Allreduce(&value, &all, 1, MPI_INT64_T, MPI_MIN, comm()));
    return all;
  }

  /// The texts of all ranks, with commas in between. @throws error on every rank
  void write(std::string_view begin, const std::string& mine, std::string_view end) {
    std::ofstream file;
    if (rank() == root_) file.open(path_, std::ios::binary | std::ios::trunc);
    require(rank() != root_ || file.is_open(), "can't be opened for writing");
    file << begin;
    for (int from = 0; from < comm_.size(); ++from) {
      if (rank() == root_ && from > 0) file << ',';
      pass(from, mine, file);
    }
    file << end;
    file.close();
    require(rank() != root_ || file.good(), "could not be written to its end; is the disk full?");
  }

 private:
  static constexpr std::size_t piece = std::size_t{1} << 26;

  static communicator duplicate_of(MPI_Comm users, const std::string& call) {
    require_communicator(users, call);
    standing_by idle;
    return communicator::duplicate_of(users, idle);
  }

  /// Throws on every rank alike: what differs between ranks is compared before it is looked at.
  void require_root(const std::string& call) const {
    standing_by idle;
    std::array<std::int64_t, 2> extremes{root_, -std::int64_t{root_}};
    comm_.all_reduce_min(extremes, idle);
    if (extremes[0] != -extremes[1])
      throw mismatch_error("mpilock: the ranks disagree in " + call + "() of '" + path_ + "': " +
                           odd_ones_out(comm_.gather_texts("root " + std::to_string(root_), idle)) +
                           "; give the same root on every rank");
    if (root_ < 0 || root_ >= comm_.size())
      throw usage_error("mpilock: root " + std::to_string(root_) + " is to write '" + path_ +
                        "' in " + call + "(), but is not a rank of this communicator; give 0 … " +
                        std::to_string(comm_.size() - 1));
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

  communicator comm_;
  int root_;
  std::string path_;
};

}  // namespace mpilock::detail
