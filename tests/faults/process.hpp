#pragma once
/// @file
/// @brief Shows the state of another process, and freezes it for a while.

#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <thread>

namespace faults {

/// The state that the kernel reports: 'R' runs, 'S' sleeps, 'T' is stopped, 'Z' is a zombie. A
/// process that does not exist any more counts as 'Z'.
inline char state_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto name_ends = text.rfind(')');  // the name may contain brackets too
  return name_ends + 2 < text.size() && name_ends != text.npos ? text[name_ends + 2] : 'Z';
}

inline bool is_dead(pid_t process) {
  const char state = state_of(process);
  return state == 'Z' || state == 'X';
}

/// Stops a process. Continues it when it has been stopped for `at_least` and no call needs it
/// frozen any more, but no later than after `at_most`. A thread does this, so that the victim goes
/// on even if this rank waits for it.
class freezer {
 public:
  using clock = std::chrono::steady_clock;

  /// Returns when the process has stopped.
  freezer(pid_t victim, clock::duration at_least, clock::duration at_most) : victim_(victim) {
    kill(victim_, SIGSTOP);
    while (state_of(victim_) != 'T') std::this_thread::yield();
    const auto now = clock::now();
    thread_ = std::thread([this, now, at_least, at_most] { thaw(now + at_least, now + at_most); });
  }
  /// Returns when the process goes on.
  ~freezer() {
    is_done_with();
    thread_.join();
  }
  freezer(const freezer&) = delete;
  freezer& operator=(const freezer&) = delete;

  /// Call it after the calls that must return during the freeze. @return whether the victim is
  /// still frozen
  bool is_done_with() {
    const std::lock_guard guard(mutex_);
    done_ = true;
    changed_.notify_one();
    return !thawed_;
  }

 private:
  void thaw(clock::time_point earliest, clock::time_point latest) {
    std::this_thread::sleep_until(earliest);
    std::unique_lock guard(mutex_);
    changed_.wait_until(guard, latest, [this] { return done_; });
    thawed_ = true;
    kill(victim_, SIGCONT);
  }

  pid_t victim_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  bool thawed_ = false;
  std::thread thread_;
};

}  // namespace faults
