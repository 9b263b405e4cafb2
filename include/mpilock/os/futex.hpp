#pragma once
/// @file
/// @brief Sleep in the kernel until another process changes a word that both have mapped.

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <limits>
#include <thread>

#if defined(__linux__) && !defined(MPILOCK_NO_FUTEX)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#define MPILOCK_HAS_FUTEX 1
#else
#define MPILOCK_HAS_FUTEX 0
#endif

namespace mpilock::detail {

/// Waits on the low half of a 64-bit word in shared memory. The process-private flag of futex(2) is
/// not set: the kernel must find the waiter by the physical page. Without futex (another system, or
/// MPILOCK_NO_FUTEX defined), the waiter naps and looks again.
class futex {
 public:
  /// Sleeps while the low half of `word` equals that of `expected`, for at most `longest`. May
  /// return early without a reason. @return whether it slept for the whole time, or may have
  static bool wait(std::uint64_t& word, std::uint64_t expected,
                   std::chrono::steady_clock::duration longest) {
    using namespace std::chrono;
#if MPILOCK_HAS_FUTEX
    longest = std::min<steady_clock::duration>(longest, hours(24));  // fits any time_t
    const auto whole = duration_cast<seconds>(longest);
    const timespec time{static_cast<std::time_t>(whole.count()),
                        static_cast<long>(duration_cast<nanoseconds>(longest - whole).count())};
    return syscall(call, low_half(word), FUTEX_WAIT, static_cast<std::uint32_t>(expected), &time,
                   nullptr, 0) != 0 &&
           errno == ETIMEDOUT;
#else
    static_cast<void>(word), static_cast<void>(expected);
    std::this_thread::sleep_for(std::min<steady_clock::duration>(longest, microseconds(50)));
    return true;
#endif
  }

  /// Wakes all waiters that sleep on `word`.
  static void wake(std::uint64_t& word) {
#if MPILOCK_HAS_FUTEX
    syscall(call, low_half(word), FUTEX_WAKE, std::numeric_limits<int>::max(), nullptr, nullptr, 0);
#else
    static_cast<void>(word);
#endif
  }

 private:
#if MPILOCK_HAS_FUTEX
  // The system call that reads the `timespec` of this program. Where a long has 32 bits, a second
  // one exists for times of 64 bits. The newest of these systems have only the second one.
#if !defined(SYS_futex_time64)
  static constexpr long call = SYS_futex;
#elif !defined(SYS_futex)
  static constexpr long call = SYS_futex_time64;
#else
  static constexpr long call = sizeof(std::time_t) > sizeof(long) ? SYS_futex_time64 : SYS_futex;
#endif
#endif

  static std::uint32_t* low_half(std::uint64_t& word) {
    return reinterpret_cast<std::uint32_t*>(&word) + (std::endian::native == std::endian::big);
  }
};

}  // namespace mpilock::detail
