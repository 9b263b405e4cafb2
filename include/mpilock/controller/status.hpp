#pragma once
/// @file
/// @brief What a rank holds and what it waits for, as a note for the other ranks.
/// @ingroup controller

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock::detail {

/// The things that a rank may hold, or wait in.
enum class business : std::uint64_t {
  none,
  reading,
  writing,
  barrier,  ///< this one and those below: collective calls
  single_write,
  collect,
  close,
  destructor,
  finalize
};

constexpr bool is_collective(business what) noexcept { return what >= business::barrier; }

/// One thing that a rank holds, or waits for or in.
struct occupation {
  business what = business::none;
  std::int64_t since = 0;  ///< nanoseconds of the system's clock, at that rank
  std::uint64_t line = 0;  ///< where in the source; of a destructor: where `sync` was called
  std::array<char, 64> file{};

  /// The time by this rank's clock.
  static std::int64_t time() {
    using namespace std::chrono;
    return nanoseconds(system_clock::now().time_since_epoch()).count();
  }

  static business about(access kind) noexcept {
    return kind == access::read ? business::reading : business::writing;
  }

  /// It begins now.
  static occupation of(business what, const call_site& from) {
    occupation now{.what = what, .since = time(), .line = from.line};
    std::string_view file = from.file;
    if (file.size() >= now.file.size()) file.remove_prefix(file.size() - now.file.size() + 1);
    std::copy(file.begin(), file.end(), now.file.begin());
    return now;
  }
};

/// The note of a rank for the other ranks.
struct status {
  occupation holds;
  occupation waits;
  std::int64_t reported = 0;  ///< when this rank last reported a stall, by its clock; 0: never
};

}  // namespace mpilock::detail
