#pragma once
/// @file
/// @brief Whether the calling thread is the one in which the process began.

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#else
#include <thread>
#endif

namespace mpilock::detail {

#if defined(__linux__)

/// Local. On Linux, the number of the main thread is that of its process: gettid(2).
inline bool is_main_thread() { return ::syscall(SYS_gettid) == ::getpid(); }

#else

inline const std::thread::id initial_thread = std::this_thread::get_id();

/// Local. Elsewhere, the main thread is taken to be the one that initialises static objects.
inline bool is_main_thread() { return std::this_thread::get_id() == initial_thread; }

#endif

}  // namespace mpilock::detail
