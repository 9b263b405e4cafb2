#pragma once
/// @file
/// @brief The 64 bits in which a lock counts its ranks, bit by bit.

#include <bit>
#include <cstdint>

#include <string>

#include "mpilock/access.hpp"
#include "mpilock/census.hpp"
#include "mpilock/error.hpp"

namespace mpilock {

/// The lock word, unpacked. With w = `lock_word_format::width` bits for a count:
///
/// | bits      | field             | counts the ranks that …                                      |
/// | --------- | ----------------- | ------------------------------------------------------------ |
/// | 0 … w-1   | readers           | read, or have announced themselves and don't know yet        |
/// | w … 2w-1  | writers           | write, have announced it, give a turn, or change their slot  |
/// | 2w … 3w-1 | readers_waiting   | wait to read                                                 |
/// | 3w … 4w-1 | writers_waiting   | wait to write                                                |
/// | 4w … 4w+2 | called            | waited, have been told to come and get in, and haven't yet   |
/// | 4w+3 … 63 | sections          | write sections completed so far, modulo 2^(61-4w)            |
///
/// Invariants, whatever the interleaving:
///  - a writer is inside only if `writers > 0`; a reader is inside only if `readers > 0`;
///  - who saw `writers == 0` before its own `+1` there has shut the door for everybody else until
///    it takes the 1 back or passes it on;
///  - whose slot is published is counted as waiting; while a rank counts for more waits than it has
///    slots, it counts in `writers` too, or has been called;
///  - while `called > 0` nobody gives out turns: those who were called are awake, count as waiting,
///    and each takes its 1 back when it is inside or waits again;
///  - no count exceeds the number of ranks by more than one (a granted writer's).
struct lock_word {
  std::uint64_t readers;
  std::uint64_t writers;
  std::uint64_t readers_waiting;
  std::uint64_t writers_waiting;
  std::uint64_t called;
  std::uint64_t sections;

  std::uint64_t waiting(access kind) const noexcept {
    return kind == access::write ? writers_waiting : readers_waiting;
  }
  bool somebody_waits() const noexcept { return readers_waiting + writers_waiting > 0; }

  /// What a fairness policy is shown.
  census count() const noexcept {
    return {static_cast<std::uint32_t>(readers), static_cast<std::uint32_t>(readers_waiting),
            static_cast<std::uint32_t>(writers_waiting)};
  }
};

/// Where the fields lie for a given number of ranks, and what to add for each event. All changes
/// are additions modulo 2^64, so any sum of the deltas below is one `fetch_add`.
class lock_word_format {
 public:
  /// Ranks that fit: with more, fewer than 13 bits would be left to count write sections.
  static constexpr int max_ranks = 4094;

  /// Ranks that may be called at a time.
  static constexpr std::uint64_t most_called = 7;

  /// @throws unavailable_error if there are more than `max_ranks`
  explicit constexpr lock_word_format(int ranks)
      : width_(static_cast<unsigned>(std::bit_width(static_cast<unsigned>(ranks) + 1))),
        sections_at_(4 * width_ + called_width),
        writer_(std::uint64_t{1} << width_),
        anybody_((std::uint64_t{1} << sections_at_) - 1),
        unrest_(anybody_ & ~(writer_ - 1)),
        most_sections_(~std::uint64_t{0} >> sections_at_) {
    if (ranks > max_ranks)
      throw unavailable_error("mpilock: " + std::to_string(ranks) + " ranks are more than the " +
                              std::to_string(max_ranks) +
                              " that a one-sided lock has room for; use two_sided, or a lock for "
                              "each of several smaller communicators");
  }

  constexpr std::uint64_t reader() const noexcept { return 1; }
  constexpr std::uint64_t writer() const noexcept { return writer_; }
  constexpr std::uint64_t present(access kind) const noexcept {
    return kind == access::read ? reader() : writer();
  }
  constexpr std::uint64_t waiting(access kind) const noexcept {
    return present(kind) << (2 * width_);
  }
  constexpr std::uint64_t called() const noexcept { return std::uint64_t{1} << (4 * width_); }
  constexpr std::uint64_t section() const noexcept { return anybody_ + 1; }

  /// Whether there is nobody but readers inside, if anybody, and nobody waits or has been called.
  constexpr bool is_quiet(std::uint64_t bits) const noexcept { return (bits & unrest_) == 0; }
  /// Of a quiet word, the readers inside.
  constexpr std::uint64_t readers(std::uint64_t bits) const noexcept {
    return bits & (writer() - 1);
  }
  /// Whether there is nobody at all.
  constexpr bool is_empty(std::uint64_t bits) const noexcept { return (bits & anybody_) == 0; }

  constexpr lock_word unpack(std::uint64_t bits) const noexcept {
    const std::uint64_t mask = writer() - 1;
    return {bits & mask,
            (bits >> width_) & mask,
            (bits >> (2 * width_)) & mask,
            (bits >> (3 * width_)) & mask,
            (bits >> (4 * width_)) & most_called,
            bits >> sections_at_};
  }

  /// The full count of sections, given its low bits now and the full count seen last: the least
  /// one that is not older. Exact unless a rank misses 2^(61-4w) sections between two looks at the
  /// word: 2^45 with up to 14 ranks, 2^33 with up to 126, 2^13 with 4,094.
  constexpr std::uint64_t extend(std::uint64_t sections, std::uint64_t seen_last) const noexcept {
    return seen_last + ((sections - seen_last) & most_sections_);
  }
  /// The same, given the whole word.
  constexpr std::uint64_t extend_word(std::uint64_t bits, std::uint64_t seen_last) const noexcept {
    return extend(bits >> sections_at_, seen_last);
  }

 private:
  static constexpr unsigned called_width = std::bit_width(most_called);

  unsigned width_;
  unsigned sections_at_;
  std::uint64_t
      writer_;  // computed once, as are the next ones, for the paths with nobody in the way
  std::uint64_t anybody_;        // the bits of every field but `sections`
  std::uint64_t unrest_;         // of these, all but `readers`
  std::uint64_t most_sections_;  // the bits of `sections`, shifted to the right
};

}  // namespace mpilock
