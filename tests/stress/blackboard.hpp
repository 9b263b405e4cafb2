#pragma once
/// @file
/// @brief Numbers that all ranks of one machine see without MPI.

#include <fcntl.h>
#include <mpi.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "support/ranks.hpp"

namespace stress {

/// A file without a name, which every rank has mapped. Its contents outlive the rank that wrote
/// them, and can be read while other ranks are frozen.
class blackboard {
 public:
  static constexpr int words = 64;

  /// Collective. All words are 0.
  explicit blackboard(MPI_Comm comm) {
    const int rank = mpilock_test::rank_in(comm);
    const std::int64_t owner = mpilock_test::sum_over(comm, rank == 0 ? getpid() : 0);
    const std::string path =
        std::filesystem::temp_directory_path() / ("mpilock_blackboard_" + std::to_string(owner));
    if (rank == 0) map(path, O_RDWR | O_CREAT | O_TRUNC);
    mpilock_test::meet(comm);
    if (rank != 0) map(path, O_RDWR);
    mpilock_test::meet(comm);
    if (rank == 0) unlink(path.c_str());
  }
  ~blackboard() { munmap(words_, bytes); }
  blackboard(const blackboard&) = delete;
  blackboard& operator=(const blackboard&) = delete;

  std::atomic_ref<std::int64_t> operator[](int word) const { return std::atomic_ref(words_[word]); }

  /// Waits until a word is at least `value`.
  template <class Meanwhile = mpilock_test::yielding>
  void await(int word, std::int64_t value, Meanwhile meanwhile = {}) const {
    while ((*this)[word] < value) meanwhile();
  }

 private:
  static constexpr std::size_t bytes = words * sizeof(std::int64_t);

  void map(const std::string& path, int flags) {
    const int file = open(path.c_str(), flags, 0600);
    const bool sized = file >= 0 && ftruncate(file, bytes) == 0;
    void* const at =
        sized ? mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) : MAP_FAILED;
    if (file >= 0) close(file);
    if (at == MAP_FAILED) throw std::runtime_error("the blackboard " + path + " can't be mapped");
    words_ = static_cast<std::int64_t*>(at);
  }

  std::int64_t* words_ = nullptr;
};

}  // namespace stress
