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
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/blocking_communicator.hpp"
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
      : ranks_(duplicate_of(users, call)), root_(root), path_(std::move(path)) {
    require_root(call);
  }

  MPI_Comm comm() const noexcept { return ranks_.get(); }
  int rank() const noexcept { return ranks_.rank(); }

  /// The value that the root passed.
  std::uint64_t agreed(std::int64_t value) const {
    return static_cast<std::uint64_t>(ranks_.broadcast(value, root_));
  }
  /// The least of the values that the ranks pass.
  std::int64_t least(std::int64_t value) const { return ranks_.least(value); }

  /// Writes the texts of all ranks, separated by commas. @throws error on every rank
  void write(std::string_view begin, const std::string& mine, std::string_view end) {
    std::ofstream file;
    if (rank() == root_) file.open(path_, std::ios::binary | std::ios::trunc);
    require(rank() != root_ || file.is_open(), "can't be opened for writing");
    file << begin;
    for (int from = 0; from < ranks_.size(); ++from) {
      if (rank() == root_ && from > 0) file << ',';
      pass(from, mine, file);
    }
    file << end;
    file.close();
    require(rank() != root_ || file.good(), "could not be written to its end; is the disk full?");
  }

 private:
  static constexpr std::size_t piece = std::size_t{1} << 26;

  static blocking_communicator duplicate_of(MPI_Comm users, const std::string& call) {
    require_communicator(users, call);
    return blocking_communicator::duplicate_of(users);
  }

  /// Throws on all ranks or on none: the ranks compare their roots before any rank judges its own.
  void require_root(const std::string& call) const {
    const std::vector<int> roots = ranks_.gather(root_);
    std::vector<std::string> said;
    said.reserve(roots.size());
    for (const int each : roots) said.push_back("root " + std::to_string(each));
    if (said != std::vector(said.size(), said.front()))
      throw mismatch_error("mpilock: the ranks disagree in " + call + "() of '" + path_ +
                           "': " + odd_ones_out(said) + "; give the same root on every rank");
    if (root_ < 0 || root_ >= ranks_.size())
      throw usage_error("mpilock: root " + std::to_string(root_) + " must write '" + path_ +
                        "' in " + call + "(), but is not a rank of this communicator; give 0 … " +
                        std::to_string(ranks_.size() - 1));
  }

  void pass(int from, const std::string& mine, std::ostream& file) const {
    if (from == root_) {
      if (rank() == root_) file << mine;
      return;
    }
    if (rank() == from) send(mine);
    if (rank() == root_) receive(from, file);
  }

  void send(std::span<const char> mine) const {
    ranks_.send(static_cast<std::int64_t>(mine.size()), root_, tag);
    for (; !mine.empty(); mine = mine.subspan(std::min(piece, mine.size())))
      ranks_.send(mine.first(std::min(piece, mine.size())), root_, tag);
  }

  void receive(int from, std::ostream& file) const {
    auto left = static_cast<std::size_t>(ranks_.receive(from, tag));
    for (std::string part; left > 0; left -= part.size()) {
      part.resize(std::min(piece, left));
      ranks_.receive(part, from, tag);
      file << part;
    }
  }

  void require(bool is_good, const char* complaint) const {
    const auto code = static_cast<int>(ranks_.broadcast(is_good ? 0 : std::max(errno, 1), root_));
    if (code != 0)
      throw error("mpilock: the trace '" + path_ + "' " + complaint + " (" +
                  std::generic_category().message(code) + ", on rank " + std::to_string(root_) +
                  ")");
  }

  static constexpr int tag = 8;

  blocking_communicator ranks_;
  int root_;
  std::string path_;
};

}  // namespace mpilock::detail
