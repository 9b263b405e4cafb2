#pragma once
/// @file
/// @brief Counts the system calls of this thread, by a child process that traces it.

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <new>
#include <string>

namespace costs {

/// Watches only the thread that made it. Each entry into the kernel between `start` and `stop`
/// counts. These two are system calls too, which the tracer recognises and leaves out.
class system_call_counter {
 public:
  /// Forks the tracer. If it may not trace, `failure` says why.
  system_call_counter() {
    void* const memory =
        mmap(nullptr, sizeof(shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    shared_ = new (memory) shared;
    const pid_t traced = static_cast<pid_t>(syscall(SYS_gettid));
    int attached[2];
    if (pipe(attached) != 0) throw std::bad_alloc();
    tracer_ = fork();
    if (tracer_ == 0) trace(traced, attached[1]);
    prctl(PR_SET_PTRACER, tracer_, 0, 0, 0);  // for security modules that ask for this
    close(attached[1]);
    int error = EPERM;
    if (read(attached[0], &error, sizeof error) != sizeof error) error = EPERM;
    close(attached[0]);
    if (error != 0) failure_ = std::strerror(error);
  }
  /// Ends the tracer.
  ~system_call_counter() {
    if (failure_.empty()) mark(mark_end);
    int status = 0;
    if (tracer_ > 0) waitpid(tracer_, &status, 0);
    munmap(shared_, sizeof(shared));
  }
  system_call_counter(const system_call_counter&) = delete;
  system_call_counter& operator=(const system_call_counter&) = delete;

  const std::string& failure() const noexcept { return failure_; }

  void start() { mark(mark_start); }
  /// @return the number of system calls since `start`
  std::uint64_t stop() {
    mark(mark_stop);
    return shared_->count;
  }
  /// The number of the last system call that was counted, as in <sys/syscall.h>.
  std::uint64_t last() const { return shared_->last; }

 private:
  struct shared {
    volatile std::uint64_t count = 0;
    volatile std::uint64_t last = 0;
  };
  static constexpr long mark_start = 0x6d706c31;
  static constexpr long mark_stop = mark_start + 1;
  static constexpr long mark_end = mark_start + 2;

  /// getppid takes no argument, so the kernel ignores what the tracer reads.
  static void mark(long which) { syscall(SYS_getppid, which); }

  /// The child shares only the counts with its parent, which may have had threads. So it may only
  /// make system calls.
  [[noreturn]] void trace(pid_t traced, int attached) {
    const int error = seize(traced);
    if (write(attached, &error, sizeof error) != sizeof error || error != 0) _exit(1);
    bool counting = false;
    for (int status = 0;;) {
      if (waitpid(traced, &status, __WALL) != traced || !WIFSTOPPED(status)) _exit(0);
      const bool is_system_call = WSTOPSIG(status) == (SIGTRAP | 0x80);
      if (is_system_call && !take_down(traced, counting)) _exit(0);
      const bool is_signal = !is_system_call && status >> 16 == 0;
      ptrace(PTRACE_SYSCALL, traced, nullptr, is_signal ? WSTOPSIG(status) : 0);
    }
  }

  /// @return 0, or the error number
  static int seize(pid_t traced) {
    for (int i = 0; ptrace(PTRACE_SEIZE, traced, nullptr, PTRACE_O_TRACESYSGOOD) != 0; ++i) {
      if (i == 100) return errno;
      usleep(1000);  // the permission may come a little later
    }
    if (ptrace(PTRACE_INTERRUPT, traced, nullptr, nullptr) != 0) return errno;
    int status = 0;
    if (waitpid(traced, &status, __WALL) != traced) return errno;
    return ptrace(PTRACE_SYSCALL, traced, nullptr, nullptr) != 0 ? errno : 0;
  }

  /// Counts an entry into the kernel. @return false when the tracer must end
  bool take_down(pid_t traced, bool& counting) {
    __ptrace_syscall_info info{};
    ptrace(PTRACE_GET_SYSCALL_INFO, traced, sizeof info, &info);
    if (info.op != PTRACE_SYSCALL_INFO_ENTRY) return true;
    const auto which = static_cast<long>(info.entry.args[0]);
    const bool is_mark = info.entry.nr == SYS_getppid;
    if (is_mark && which == mark_end) {
      ptrace(PTRACE_DETACH, traced, nullptr, nullptr);
      return false;
    }
    if (is_mark && which == mark_start) {
      shared_->count = 0;
      counting = true;
    } else if (is_mark && which == mark_stop) {
      counting = false;
    } else if (counting) {
      shared_->count = shared_->count + 1;
      shared_->last = info.entry.nr;
    }
    return true;
  }

  shared* shared_ = nullptr;
  pid_t tracer_ = -1;
  std::string failure_;
};

}  // namespace costs
