#pragma once
/// @file
/// @brief A number in a file that all ranks have open. It shows lost updates.
/// @ingroup testing

#include <fcntl.h>
#include <mpi.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "mpilock/testing/rendezvous.hpp"

namespace mpilock::testing {

/// Only the lock under test keeps two ranks from reading the same number and both writing its
/// successor.
class counter_file {
 public:
  /// Collective. When this returns, the file has no name any more, so nothing is left behind.
  explicit counter_file(MPI_Comm comm) {
    std::int64_t owner = rank_in(comm) == 0 ? getpid() : 0;
    owner = sum_over(comm, owner);
    const std::string path =
        std::filesystem::temp_directory_path() / ("mpilock_test_" + std::to_string(owner));
    if (rank_in(comm) == 0) open(path, O_RDWR | O_CREAT | O_TRUNC);
    meet(comm);
    if (rank_in(comm) != 0) open(path, O_RDWR);
    meet(comm);
    if (rank_in(comm) == 0) unlink(path.c_str());
  }
  ~counter_file() { ::close(file_); }
  counter_file(const counter_file&) = delete;
  counter_file& operator=(const counter_file&) = delete;

  /// Must be called by one rank, while no other rank reads or writes.
  void reset() { store(0); }

  /// @return the number in the file
  std::int64_t read() const {
    std::int64_t value = 0;
    if (pread(file_, &value, sizeof value, 0) != sizeof value)
      throw std::runtime_error("the counter file can't be read");
    return value;
  }

  /// @return the new number
  std::int64_t count_up() {
    const std::int64_t value = read() + 1;
    store(value);
    return value;
  }

 private:
  void open(const std::string& path, int flags) {
    file_ = ::open(path.c_str(), flags, 0600);
    if (file_ < 0) throw std::runtime_error("the counter file " + path + " can't be opened");
    if ((flags & O_CREAT) != 0) reset();
  }
  void store(std::int64_t value) {
    if (pwrite(file_, &value, sizeof value, 0) != sizeof value)
      throw std::runtime_error("the counter file can't be written");
  }

  int file_ = -1;
};

}  // namespace mpilock::testing
