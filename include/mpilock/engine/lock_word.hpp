#pragma once
/// @file
/// @brief The 64 bits in which a lock counts its ranks, bit by bit.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>

#include "mpilock/policy/census.hpp"
#include "mpilock/policy/word_room.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock {

/// The lock word, unpacked. With w = `lock_word_format::width` bits for a count:
///
/// | bits      | field           | counts                                                         |
/// | --------- | --------------- | -------------------------------------------------------------- |
/// | 0 … w-1   | readers         | ranks that read, or announced a read and await the answer      |
/// | w … 2w-1  | writers         | ranks that write or announced it, give a turn or change a slot |
/// | 2w … 3w-1 | readers_waiting | ranks that wait to read                                        |
/// | 3w … 4w-1 | writers_waiting | ranks that wait to write                                       |
/// | 4w … 4w+2 | called          | ranks that waited, have been called, and have not entered yet  |
/// | 4w+3 … 63 | sections        | write sections completed so far, modulo 2^(61-4w)              |
///
/// A policy may count rows up to m. Then turns are handed over and no rank is called. With u bits
/// for m and v bits for m + ranks:
///
/// | bits        | field      | counts                                                          |
/// | ----------- | ---------- | --------------------------------------------------------------- |
/// | 4w … +u-1   | writer_row | writers that have left since a reader was inside, but at most m |
/// | 4w+u … +v-1 | reader_row | readers that have left since a writer was inside; exact up to m |
/// | 4w+u+v … 63 | sections   | write sections completed so far, modulo 2^(64-4w-u-v)           |
///
/// A reader that found `reader_row < m` when it entered adds 1 to `reader_row` when it leaves. Only
/// a writer that is inside, or a rank that gives a turn to a writer, changes `writer_row` or
/// subtracts from `reader_row`. No reader is inside then, so both fields stand still.
///
/// Invariants in every interleaving:
///  - a writer is inside only if `writers > 0`; a reader is inside only if `readers > 0`;
///  - a rank that saw `writers == 0` before its own `+1` there has shut the door for all others,
///    until it takes the 1 back or passes it on;
///  - a rank whose slot is published is counted as waiting; while a rank counts for more waits than
///    it has slots, it also counts in `writers`, or has been called;
///  - while `called > 0`, no rank gives out turns: a called rank is awake, counts as waiting, and
///    takes its 1 back when it is inside or waits again;
///  - no count exceeds the number of ranks by more than one (that of a granted writer).
struct lock_word {
  std::uint64_t readers;
  std::uint64_t writers;
  std::uint64_t readers_waiting;
  std::uint64_t writers_waiting;
  std::uint64_t called;
  std::uint64_t sections;
  std::uint64_t writer_row = 0;
  std::uint64_t reader_row = 0;

  std::uint64_t waiting(access kind) const noexcept {
    return kind == access::write ? writers_waiting : readers_waiting;
  }
  bool somebody_waits() const noexcept { return readers_waiting + writers_waiting > 0; }

  /// The counts that a fairness policy is given.
  census count() const noexcept {
    const std::uint64_t readers_in_a_row = reader_row + readers;
    return {static_cast<std::uint32_t>(readers), static_cast<std::uint32_t>(readers_waiting),
            static_cast<std::uint32_t>(writers_waiting),
            static_cast<std::uint32_t>(readers_in_a_row),
            static_cast<std::uint32_t>(readers_in_a_row > 0 ? 0 : writer_row)};
  }
};

/// Where the fields lie for a given number of ranks, and which delta to add for each event. All
/// changes are additions modulo 2^64, so any sum of the deltas below is one `fetch_add`.
class lock_word_format {
 public:
  /// The most ranks that may be called at a time.
  static constexpr std::uint64_t most_called = detail::word_room::most_called;

  /// The largest number of ranks that fits: 4,094 where no rows are counted, 0 if the row is too
  /// long for any rank.
  static constexpr int max_ranks(std::uint32_t longest_row = 0) noexcept {
    return detail::word_room::max_ranks(longest_row);
  }

  /// @param longest_row how far rows are counted; 0 means that they are not counted
  /// @throws unavailable_error if there are more than `max_ranks(longest_row)`
  explicit constexpr lock_word_format(int ranks, std::uint32_t longest_row = 0)
      : longest_row_(longest_row),
        width_(detail::word_room::width_for(checked(ranks, longest_row))),
        reader_row_at_(4 * width_ + static_cast<unsigned>(std::bit_width(longest_row))),
        sections_at_(detail::word_room::sections_begin_at(ranks, longest_row)),
        writer_(std::uint64_t{1} << width_),
        anybody_((std::uint64_t{1} << (4 * width_ + (longest_row > 0 ? 0 : called_width))) - 1),
        unrest_(anybody_ & ~(writer_ - 1)),
        most_sections_(~std::uint64_t{0} >> sections_at_) {}

  constexpr std::uint64_t reader() const noexcept { return 1; }
  constexpr std::uint64_t writer() const noexcept { return writer_; }
  constexpr std::uint64_t present(access kind) const noexcept {
    return kind == access::read ? reader() : writer();
  }
  constexpr std::uint64_t waiting(access kind) const noexcept {
    return present(kind) << (2 * width_);
  }
  constexpr std::uint64_t called() const noexcept { return std::uint64_t{1} << (4 * width_); }
  constexpr std::uint64_t section() const noexcept { return std::uint64_t{1} << sections_at_; }
  /// The debt of a reader that found `before` when it entered: what it adds to `reader_row` when it
  /// leaves.
  constexpr std::uint64_t owed_by_reader(const lock_word& before) const noexcept {
    return before.reader_row < longest_row_ ? in_reader_row(1) : 0;
  }
  /// The debt of a writer that found `before` when it entered: what it adds to the rows. It begins
  /// a row of writers if readers were before it. Otherwise it is one more in the row.
  constexpr std::uint64_t owed_by_writer(const lock_word& before) const noexcept {
    const std::uint64_t row = before.reader_row > 0 ? 0 : before.writer_row;
    const std::uint64_t now = std::min<std::uint64_t>(row + 1, longest_row_);
    return in_writer_row(now) - in_writer_row(before.writer_row) - in_reader_row(before.reader_row);
  }
  /// The debt of a rank that reads immediately after it wrote.
  constexpr std::uint64_t owed_by_first_reader() const noexcept {
    return longest_row_ > 0 ? in_reader_row(1) : 0;
  }

  /// The bits in which rows are counted.
  constexpr std::uint64_t rows() const noexcept {
    return longest_row_ > 0 ? (section() - 1) & ~anybody_ : 0;
  }

  /// Whether no rank waits, no rank has been called, and only readers are inside, if any rank is.
  constexpr bool is_quiet(std::uint64_t bits) const noexcept { return (bits & unrest_) == 0; }
  /// The number of readers inside, given a quiet word.
  constexpr std::uint64_t readers(std::uint64_t bits) const noexcept {
    return bits & (writer() - 1);
  }
  /// Whether no rank is inside, waits, or has been called.
  constexpr bool is_empty(std::uint64_t bits) const noexcept { return (bits & anybody_) == 0; }

  constexpr lock_word unpack(std::uint64_t bits) const noexcept {
    const std::uint64_t mask = writer() - 1;
    lock_word word{bits & mask,
                   (bits >> width_) & mask,
                   (bits >> (2 * width_)) & mask,
                   (bits >> (3 * width_)) & mask,
                   0,
                   bits >> sections_at_};
    if (longest_row_ > 0) {
      word.writer_row = field(bits, 4 * width_, reader_row_at_);
      word.reader_row = field(bits, reader_row_at_, sections_at_);
    } else {
      word.called = (bits >> (4 * width_)) & most_called;
    }
    return word;
  }

  /// The full count of sections, given its low bits now and the full count seen last: the least
  /// count that is not older. Exact unless a rank misses 2^(61-4w) sections between two looks at
  /// the word. That is 2^45 with up to 14 ranks, 2^33 with up to 126, 2^13 with 4,094. With rows,
  /// it is 2^13 or more.
  constexpr std::uint64_t extend(std::uint64_t sections, std::uint64_t seen_last) const noexcept {
    return seen_last + ((sections - seen_last) & most_sections_);
  }
  /// As `extend`, given the whole word.
  constexpr std::uint64_t extend_word(std::uint64_t bits, std::uint64_t seen_last) const noexcept {
    return extend(bits >> sections_at_, seen_last);
  }

 private:
  static constexpr unsigned called_width = std::bit_width(most_called);

  static constexpr int checked(int ranks, std::uint32_t longest_row) {
    const int most = max_ranks(longest_row);
    if (ranks > most)
      throw unavailable_error(
          "mpilock: " + std::to_string(ranks) + " ranks are more than the " + std::to_string(most) +
          " that a one-sided lock has room for" +
          (longest_row > 0 ? " with this fairness policy" : "") +
          "; use two_sided, or a lock for each of several smaller communicators");
    return ranks;
  }

  static constexpr std::uint64_t field(std::uint64_t bits, unsigned from, unsigned to) noexcept {
    return (bits >> from) & ((std::uint64_t{1} << (to - from)) - 1);
  }
  constexpr std::uint64_t in_writer_row(std::uint64_t count) const noexcept {
    return count << (4 * width_);
  }
  constexpr std::uint64_t in_reader_row(std::uint64_t count) const noexcept {
    return count << reader_row_at_;
  }

  std::uint64_t longest_row_;
  unsigned width_;
  unsigned reader_row_at_;
  unsigned sections_at_;
  std::uint64_t writer_;         // this and the next: computed once, for uncontended calls
  std::uint64_t anybody_;        // the bits of all fields but `sections` and rows
  std::uint64_t unrest_;         // of these, all bits but those of `readers`
  std::uint64_t most_sections_;  // the bits of `sections`, shifted to the right
};

}  // namespace mpilock
