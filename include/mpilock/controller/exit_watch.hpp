#pragma once
/// @file
/// @brief Whether this process is inside exit(3), where no destructor may wait for other ranks.
/// @ingroup controller

#include <atomic>
#include <cstdlib>

#include "mpilock/mpi/process_registry.hpp"
#include "mpilock/mpi/process_singleton.hpp"
#include "mpilock/os/main_thread.hpp"
#include "mpilock/os/process_number.hpp"

namespace mpilock::detail {

/// exit(3) first destroys the calling thread's `thread_local` objects, then runs static destructors
/// and handlers of std::atexit, the latest first (ISO C++, [basic.start.term]). The destructor of a
/// static controller, which was registered when the controller had been made, finds out in
/// one of two ways:
///
/// | it finds that …                    | so the process leaves by                               |
/// | ---------------------------------- | ------------------------------------------------------ |
/// | the main thread's sentinel is gone | exit in the main thread, or the end of main            |
/// | a handler has run                  | exit in any thread, if the handler was registered      |
/// |                                    | after the controller had been made: by the next call   |
/// |                                    | that waits or is collective                            |
///
/// So one case is left: exit in another thread than main's while a static controller is open that
/// no rank of this process has made such a call on yet.
class exit_watch {
 public:
  /// Local. A controller is being made.
  static void controller_is_made() {
    watch();  // now, for a static object that is older than its controller
    process().needs_handler = true;
  }

  /// Local. To be called in calls that wait or are collective.
  static void watch() {
    static thread_local const bool is_main = is_main_thread();
    if (is_main) {
      static thread_local sentinel gone_first;
      static_cast<void>(gone_first);
    }
    // A handler costs some bytes until the process ends, so there is an end of them.
    auto& known = process();
    if (known.needs_handler.exchange(false) && known.handlers < most_handlers &&
        std::atexit(&begin) == 0)
      ++known.handlers;
  }

  /// Local. Whether this process is the child of a fork(2), which has no part in MPI. In a child, a
  /// mutex may be locked for good, by a thread that only the parent has. So it must touch nothing.
  static bool is_forked() { return process().number != process_number(); }

  /// Local. Whether the process exits. No second thread may be in MPI then: that of the library has
  /// ended on return.
  static bool process_exits() {
    if (process().main_is_over) begin();
    return process().exit_has_begun;
  }

 private:
  static constexpr int most_handlers = 10'000;

  /// What the whole process knows.
  struct knowledge {
    static constexpr const char* singleton_name = "exit_watch";

    std::atomic<bool> needs_handler = true;
    std::atomic<int> handlers = 0;
    std::atomic<bool> exit_has_begun = false;
    std::atomic<bool> main_is_over = false;
    const long number = process_number();
  };
  static knowledge& process() { return process_singleton<knowledge>(); }

  struct sentinel {
    ~sentinel() { process().main_is_over = true; }
  };

  static void begin() {
    if (is_forked()) return;
    process().exit_has_begun = true;
    process_registry::of_this_process().retire_thread();
  }
};

}  // namespace mpilock::detail
