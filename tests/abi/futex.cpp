/// @file
/// @brief Sleeps and wakes up by `detail::futex`, for each width of time_t.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <thread>

#include "mpilock/os/futex.hpp"

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using mpilock::detail::futex;

alignas(8) std::uint64_t word = 0;

/// If the kernel read the time with another width, it would see no time or an invalid one.
bool sleeps_as_long_as_asked() {
  const auto begin = clock::now();
  futex::wait(word, 0, 50ms);
  return clock::now() - begin >= 50ms;
}

/// Without a limit, it sleeps until it is woken, and not less.
bool sleeps_until_woken() {
  std::atomic<bool> is_awake = false;
  std::thread sleeper([&] {
    futex::wait(word, 0, clock::duration::max());
    is_awake = true;
  });
  std::this_thread::sleep_for(50ms);
  const bool was_asleep = !is_awake;
  while (!is_awake) {
    futex::wake(word);
    std::this_thread::yield();
  }
  sleeper.join();
  return was_asleep;
}

bool says(bool holds, const char* what) {
  if (!holds) std::fprintf(stderr, "failed: %s\n", what);
  return holds;
}

}  // namespace

int main() {
  const bool first = says(sleeps_as_long_as_asked(), "sleeps as long as asked");
  const bool second = says(sleeps_until_woken(), "sleeps until woken");
  return first && second ? 0 : 1;
}
