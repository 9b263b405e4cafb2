#pragma once
/// @file
/// @brief The calls that the ranks under the checker may make.
/// @ingroup testing

#include <cstdint>
#include <string_view>
#include <vector>

#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing {

/// A call of a rank.
enum class action : std::uint8_t {
  read,
  write,
  try_read,
  try_write,
  timed_read,
  timed_write,
  unlock_read,
  unlock_write,
  progress,  ///< lets MPI make progress and serves the ranks that wait for this rank
};

/// Whether a call asks for a lock.
constexpr bool acquires(action what) { return what <= action::timed_write; }
/// The kind of lock that a call is about.
constexpr access kind_of(action what) {
  return what == action::write || what == action::try_write || what == action::timed_write ||
                 what == action::unlock_write
             ? access::write
             : access::read;
}

/// The locks that a rank holds, nested sections counted.
struct holding {
  std::uint8_t reads = 0;
  std::uint8_t writes = 0;

  bool anything() const { return reads + writes > 0; }
  bool operator==(const holding&) const = default;
};

/// Every rank makes these calls, in any order, for ever.
struct program {
  std::string_view name;              ///< in reports
  std::vector<action> outside;        ///< while the rank holds nothing
  std::vector<action> while_reading;  ///< while it holds only read locks: upgrade and nesting
  std::vector<action> while_writing;  ///< while it holds a write lock: nesting
  int deepest = 2;                    ///< the most nested sections of a kind
  int write_sections = -1;            ///< of all ranks together; -1: any number, not counted
  bool tracks_datum = false;          ///< follows which rank has seen which access to a plain datum
  bool counts_overtaking = false;     ///< counts how often each rank was overtaken
  bool waits_throw = false;           ///< any wait may end by an exception
  bool ranks_stop = false;            ///< one rank that waits may stop, and never moves again

  /// Whether naps end before a letter comes. Only the code that helps if a rank is stopped may rely
  /// on that.
  bool naps_end() const { return waits_throw || ranks_stop; }

  /// The acquisitions that a rank with these locks may begin.
  std::vector<action> allowed(const holding& held) const {
    const auto& wanted = held.writes > 0 ? while_writing : held.reads > 0 ? while_reading : outside;
    std::vector<action> fitting;
    for (const action each : wanted) {
      const int depth = kind_of(each) == access::read ? held.reads : held.writes;
      if (depth < deepest) fitting.push_back(each);
    }
    return fitting;
  }

  /// Everything: read, write, try, timed, nested, upgraded, in any order of release.
  static program everything() {
    using enum action;
    return {"everything",
            {read, write, try_read, try_write, timed_read, timed_write},
            {read, write, try_write, timed_write},
            {read, write}};
  }
  /// Everything but nested sections that the lock never sees.
  static program without_nesting() {
    using enum action;
    return {"without_nesting",
            {read, write, try_read, try_write, timed_read, timed_write},
            {write, try_write, timed_write},
            {}};
  }
  /// Plain sections, and upgrade in all three forms.
  static program with_upgrade() {
    using enum action;
    return {"with_upgrade", {read, write}, {write, try_write, timed_write}, {}};
  }
  /// Plain sections, and the try and timed forms.
  static program with_attempts() {
    using enum action;
    return {"with_attempts", {read, write, try_read, try_write, timed_read, timed_write}, {}, {}};
  }
  /// Plain sections: read and write.
  static program plain() { return {"plain", {action::read, action::write}, {}, {}}; }
  /// Plain sections, with a count of overtaking.
  static program overtaking() {
    program sections = plain();
    sections.name = "overtaking";
    sections.counts_overtaking = true;
    return sections;
  }
  /// Plain sections and upgrade around a plain datum. The checker follows which rank has seen which
  /// access to it.
  static program around_a_datum() {
    program sections = plain();
    sections.name = "around_a_datum";
    sections.while_reading = {action::write};
    sections.tracks_datum = true;
    return sections;
  }
  /// Plain sections and upgrade, where any wait may end by an exception.
  static program with_failing_waits() {
    program sections = plain();
    sections.name = "failing_waits";
    sections.while_reading = {action::write};
    sections.waits_throw = true;
    return sections;
  }
  /// As `with_failing_waits`, with the try and timed forms.
  static program with_failing_attempts() {
    program sections = without_nesting();
    sections.name = "failing_attempts";
    sections.waits_throw = true;
    return sections;
  }
  /// Plain sections and upgrade, where a rank that waits may stop for ever.
  static program with_stopped_rank() {
    program sections = plain();
    sections.name = "stopped_rank";
    sections.while_reading = {action::write};
    sections.ranks_stop = true;
    return sections;
  }
  /// As `with_failing_waits`, with so few write sections that the epoch can be counted.
  static program counted_with_failing_waits(int sections) {
    program few = with_failing_waits();
    few.name = "counted_failing";
    few.write_sections = sections;
    return few;
  }
  /// Sections and upgrade, with so few write sections that the epoch can be counted.
  static program counted(int sections) {
    program few = without_nesting();
    few.name = "counted";
    few.write_sections = sections;
    return few;
  }
};

}  // namespace mpilock::testing
