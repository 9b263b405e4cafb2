#pragma once
/// @file
/// @brief Whether this process is inside exit(3), where no destructor may wait for other ranks.

#include <atomic>
#include <cstdlib>

namespace mpilock::detail {

/// exit(3) first destroys the calling thread's `thread_local` objects, then runs static destructors
/// and handlers of std::atexit, the latest first (ISO C++, [basic.start.term]). So a static
/// controller's destructor finds the sentinel of its thread gone; one that was made late in a static
/// object that is older than `arm` finds that the handler has run.
class exit_watch {
 public:
  /// Local. To be called by every thread that makes a controller or a collective call.
  static void arm() {
    static thread_local const sentinel gone_first;
    static_cast<void>(gone_first);
    static const int registered = std::atexit([] { exit_has_begun = true; });
    static_cast<void>(registered);
  }

  /// Local. Whether the calling thread is inside exit(3). Unknown, and false, of a thread that has not
  /// called `arm`, about a controller that was made after the static object that it lies in.
  static bool process_exits() noexcept { return exit_has_begun || thread_is_over; }

 private:
  struct sentinel {
    sentinel() noexcept {}
    ~sentinel() { thread_is_over = true; }
  };

  static inline std::atomic<bool> exit_has_begun = false;
  static inline thread_local bool thread_is_over = false;
};

}  // namespace mpilock::detail
