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

/// Every rank makes these calls, in any order, for ever. The `meaning` of each program says what
/// they are.
struct program {
  std::string_view name;              ///< in reports
  std::string_view meaning;           ///< one line, for `--help`
  std::vector<action> outside;        ///< while the rank holds nothing
  std::vector<action> while_reading;  ///< while it holds only read locks: upgrade and nesting
  std::vector<action> while_writing;  ///< while it holds a write lock: nesting
  int deepest = 2;                    ///< the most nested sections of a kind
  int write_sections = -1;            ///< of all ranks together; -1: any number, not counted
  bool tracks_datum = false;          ///< follows which rank has seen which access to a plain datum
  bool counts_overtaking = false;     ///< counts how often each rank was overtaken
  bool waits_throw = false;           ///< any wait may end by an exception
  bool ranks_stop = false;            ///< one rank that waits may stop, and never moves again
  bool loads_may_be_old = false;      ///< plain loads return older values, where the model says so

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

  /// All calls.
  static program everything() {
    using enum action;
    return {"everything",
            "read, write, try, timed; nested and upgraded; released in any order",
            {read, write, try_read, try_write, timed_read, timed_write},
            {read, write, try_write, timed_write},
            {read, write}};
  }
  /// All calls, without nesting.
  static program without_nesting() {
    using enum action;
    return {"without_nesting",
            "as everything, but for nested sections that the lock never sees",
            {read, write, try_read, try_write, timed_read, timed_write},
            {write, try_write, timed_write},
            {}};
  }
  /// Upgrades in all three forms.
  static program with_upgrade() {
    using enum action;
    return {"with_upgrade",
            "read, write; a reader upgrades: waits, tries, or waits for a time",
            {read, write},
            {write, try_write, timed_write},
            {}};
  }
  /// The try and timed forms.
  static program with_attempts() {
    using enum action;
    return {"with_attempts",
            "read, write, try, timed",
            {read, write, try_read, try_write, timed_read, timed_write},
            {},
            {}};
  }
  /// The try forms, whose failing leaves no trace.
  static program with_tries() {
    using enum action;
    return {"with_tries",
            "read, write, try to write; a reader tries to upgrade",
            {read, write, try_write},
            {try_write},
            {}};
  }
  /// The least.
  static program plain() {
    program least{"plain", "read, write", {action::read, action::write}, {}, {}};
    least.loads_may_be_old = true;
    return least;
  }
  /// For the bounds that a policy promises.
  static program overtaking() {
    program sections = plain();
    sections.name = "overtaking";
    sections.meaning = "read, write; newcomers that pass a waiting rank are counted";
    sections.counts_overtaking = true;
    return sections;
  }
  /// For the memory orders: the checker follows which rank has seen which access.
  static program around_a_datum() {
    program sections = plain_with_upgrade();
    sections.name = "around_a_datum";
    sections.meaning =
        "read, write, upgrade; each rank must see the accesses to a datum that were before its own";
    sections.loads_may_be_old = true;
    sections.tracks_datum = true;
    return sections;
  }
  /// For waits that throw.
  static program with_failing_waits() {
    program sections = plain_with_upgrade();
    sections.name = "failing_waits";
    sections.meaning = "read, write, upgrade; any wait may end by an exception";
    sections.waits_throw = true;
    return sections;
  }
  /// For attempts that throw.
  static program with_failing_attempts() {
    program sections = without_nesting();
    sections.name = "failing_attempts";
    sections.meaning = "as failing_waits, with try and timed calls";
    sections.waits_throw = true;
    return sections;
  }
  /// For a rank that stops.
  static program with_stopped_rank() {
    program sections = plain_with_upgrade();
    sections.name = "stopped_rank";
    sections.meaning = "read, write, upgrade; one rank that waits may stop for ever";
    sections.ranks_stop = true;
    return sections;
  }
  /// For the epoch, where waits throw.
  /// @param sections the write sections of all ranks together
  static program counted_with_failing_waits(int sections) {
    program few = with_failing_waits();
    few.name = "counted_failing";
    few.meaning = "as failing_waits, but few write sections, so that the epoch is checked";
    few.write_sections = sections;
    return few;
  }
  /// For the epoch.
  /// @param sections the write sections of all ranks together
  static program counted(int sections) {
    program few = without_nesting();
    few.name = "counted";
    few.meaning = "all calls without nesting, but few write sections, so that the epoch is checked";
    few.write_sections = sections;
    return few;
  }

  /// All of the above.
  static std::vector<program> all() {
    return {plain(),
            with_upgrade(),
            with_attempts(),
            with_tries(),
            without_nesting(),
            everything(),
            around_a_datum(),
            counted(2),
            overtaking(),
            with_failing_waits(),
            with_failing_attempts(),
            counted_with_failing_waits(2),
            with_stopped_rank()};
  }

 private:
  static program plain_with_upgrade() {
    program sections = plain();
    sections.loads_may_be_old = false;  // most of these have too many states
    sections.while_reading = {action::write};
    return sections;
  }
};

}  // namespace mpilock::testing
