#pragma once
/// @file
/// @brief Ends a test program that hangs, and says which ranks hold and wait.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace mpilock_test {

/// A thread that makes no MPI call, so that any thread level is enough. When the time is over, it
/// prints the running test case of this rank, and what each open controller holds or waits for. It
/// gives the other ranks a moment to print theirs, and ends the process.
class watchdog {
 public:
  static constexpr int exit_code = 3;

  watchdog(int rank, std::chrono::seconds patience);
  /// Stops the watchdog.
  ~watchdog();
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;

  /// Sets the name of what this rank does now.
  void name_case(const std::string& running);
  /// Writes the report to the standard error.
  void report(const std::string& reason);

 private:
  void watch(std::chrono::seconds patience);

  int rank_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false;
  std::string running_ = "no test case";
  std::thread thread_;  // the last member, as it uses all members above
};

}  // namespace mpilock_test
