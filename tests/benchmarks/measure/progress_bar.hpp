#pragma once
/// @file
/// @brief Shows the progress of the run on a terminal.

#include <unistd.h>

#include <cstdio>
#include <string>

namespace lockbench {

/// Writes to the standard error, if that is a terminal, and only if it is asked to.
class progress_bar {
 public:
  explicit progress_bar(bool wanted) : shows_(wanted && isatty(STDERR_FILENO) == 1) {}
  ~progress_bar() {
    if (shows_) std::fputs("\r\033[K", stderr);
  }
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;

  void show(int done, int of, const std::string& now) const {
    if (!shows_) return;
    constexpr int width = 40;
    const auto full = static_cast<std::size_t>(width * done / of);
    const std::string bar = std::string(full, '#') + std::string(width - full, '.');
    std::fprintf(stderr, "\r[%s] %3d %%  %s\033[K", bar.c_str(), 100 * done / of, now.c_str());
    std::fflush(stderr);
  }

 private:
  bool shows_;
};

}  // namespace lockbench
