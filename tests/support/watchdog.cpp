#include "watchdog.hpp"

#include <unistd.h>

#include <cstdio>
#include <sstream>

#include "mpilock/mpi/process_registry.hpp"

namespace mpilock_test {

watchdog::watchdog(int rank, std::chrono::seconds patience)
    : rank_(rank), thread_([this, patience] { watch(patience); }) {}

watchdog::~watchdog() {
  {
    const std::lock_guard guard(mutex_);
    stop_ = true;
  }
  stopped_.notify_one();
  thread_.join();
}

void watchdog::name_case(const std::string& running) {
  const std::lock_guard guard(mutex_);
  running_ = running;
}

void watchdog::report(const std::string& reason) {
  std::ostringstream text;
  {
    const std::lock_guard guard(mutex_);
    text << "[rank " << rank_ << "] " << reason << " in " << running_ << "\n";
  }
  std::ostringstream controllers;
  mpilock::detail::process_registry::of_this_process().describe(controllers);
  std::istringstream lines(controllers.str());
  for (std::string line; std::getline(lines, line);)
    text << "[rank " << rank_ << "]   " << line << "\n";
  std::fputs(text.str().c_str(), stderr);
  std::fflush(stderr);
}

void watchdog::watch(std::chrono::seconds patience) {
  {
    std::unique_lock guard(mutex_);
    if (stopped_.wait_for(guard, patience, [this] { return stop_; })) return;
  }
  report("watchdog: no end after " + std::to_string(patience.count()) + " s,");
  std::this_thread::sleep_for(std::chrono::seconds(2));  // until all ranks have reported
  _exit(exit_code);
}

}  // namespace mpilock_test
