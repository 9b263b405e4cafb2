#pragma once
/// @file
/// @brief The sections of the workload HDF5, with the plain serial HDF5 library.

#include <cstdint>
#include <string>
#include <vector>

#include "contender.hpp"

namespace lockbench {

/// A file with a row of numbers for each rank. HDF5 keeps parts of a file in memory, so the file is
/// opened, used, flushed and closed within one section. The file doesn't grow, so that all passages
/// have the same amount of work.
class hdf5_job {
 public:
  /// Whether the program was built with HDF5.
  static bool is_available();

  /// Collective: rank 0 makes the file in the working directory, which all ranks must share.
  explicit hdf5_job(const launch_facts& here);
  hdf5_job(const hdf5_job&) = delete;
  hdf5_job& operator=(const hdf5_job&) = delete;

  /// Under a write lock: fills this rank's row.
  void write();
  /// Under a read lock. @throws std::runtime_error if a row is half written
  void read();

  /// Collective: removes the file.
  void free();

 private:
  launch_facts here_;
  std::string path_;
  std::vector<double> rows_;
  double stamp_ = 0;
};

}  // namespace lockbench
