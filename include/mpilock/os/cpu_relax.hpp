#pragma once
/// @file
/// @brief A pause between two looks at a word that another core will write.

#include <thread>

namespace mpilock::detail {

/// Lets the other hardware thread of this core run for a moment.
inline void cpu_relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#else
  std::this_thread::yield();
#endif
}

}  // namespace mpilock::detail
