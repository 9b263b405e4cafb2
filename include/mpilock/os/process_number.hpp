#pragma once
/// @file
/// @brief The number of this process, by which a child of fork(2) knows that it is one.

#if defined(__unix__) || defined(__APPLE__)
#include <unistd.h>
#endif

namespace mpilock::detail {

/// Local. It differs between a process and its child. 0 on systems without fork(2).
inline long process_number() {
#if defined(__unix__) || defined(__APPLE__)
  return ::getpid();
#else
  return 0;
#endif
}

}  // namespace mpilock::detail
