#pragma once
/// @file
/// @brief Ends a test program that hangs, and says who holds and who waits.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace mpilock_test {

/// A thread that makes no MPI call, so any thread level will do. When time is up it prints, for
/// this rank, the running test case and what each open controller holds or waits for, gives the
/// other ranks a moment to print theirs, and ends the process.
class watchdog {
 public:
  static constexpr int exit_code = 3;

  watchdog(int rank, std::chrono::seconds patience);
  /// Stops it.
  ~watchdog();
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;

  /// What this rank does now.
  void name_case(const std::string& running);
  /// The report, on the standard error.
  void report(const std::string& reason);

 private:
  void watch(std::chrono::seconds patience);

  int rank_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::string running_ = "no test case";
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace mpilock_test
