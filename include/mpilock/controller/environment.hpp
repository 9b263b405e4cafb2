#pragma once
/// @file
/// @brief Settings that a user can give without compiling the program again.
/// @ingroup controller

#include <chrono>
#include <cstdlib>
#include <locale>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "mpilock/controller/options.hpp"

namespace mpilock::detail {

/// A time such as `5s`, `500ms`, `2min` or `1.5h`. @return nothing if the text is none, or the time
/// is not above 0
inline std::optional<std::chrono::nanoseconds> time_in(std::string_view text) {
  constexpr std::pair<std::string_view, double> units[] = {
      {"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}, {"h", 3600e9}};
  std::istringstream in{std::string(text)};  // std::from_chars for this is not everywhere
  in.imbue(std::locale::classic());
  double number = 0;
  std::string rest;
  if (!(in >> number) || !std::getline(in, rest)) return std::nullopt;
  for (const auto& [unit, nanoseconds] : units) {
    const double time = number * nanoseconds;
    if (rest == unit && time >= 1 && time < 9e18)
      return std::chrono::nanoseconds(static_cast<std::chrono::nanoseconds::rep>(time));
  }
  return std::nullopt;
}

/// What the environment of the process says about locks:
///
/// | variable               | meaning                                               |
/// | ---------------------- | ----------------------------------------------------- |
/// | `MPILOCK_STALL_REPORT` | `options::stall_report` of controllers that have none |
class environment {
 public:
  environment() {
    if (const char* const text = std::getenv("MPILOCK_STALL_REPORT"); text != nullptr) {
      stall_report_ = time_in(text);
      if (!stall_report_)
        complaint_ = "MPILOCK_STALL_REPORT is '" + std::string(text) +
                     "' in the environment; give a number and a unit: 5s, 500ms, 2min";
    }
  }

  /// The complaint about a value that can't be understood, or nothing.
  const std::string& complaint() const noexcept { return complaint_; }

  options complete(options chosen) const {
    if (chosen.stall_report.count() == 0 && stall_report_) chosen.stall_report = *stall_report_;
    return chosen;
  }

 private:
  std::optional<std::chrono::nanoseconds> stall_report_;
  std::string complaint_;
};

}  // namespace mpilock::detail
