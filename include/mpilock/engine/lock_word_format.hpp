#pragma once
/// @file
/// @brief How the fields of the lock word are packed into 64 bits for a given number of ranks.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>

#include "mpilock/engine/lock_word.hpp"
#include "mpilock/policy/word_room.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock {

/// Where the fields lie for a given number of ranks, and which delta to add for each event. All
/// changes but the setting of `bias` are additions modulo 2^64, so any sum of the deltas below is
/// one `fetch_add`.
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
        bias_(std::uint64_t{1} << (sections_at_ - 1)),
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
  constexpr std::uint64_t bias() const noexcept { return bias_; }
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

  /// What the rows of `now` lack if readers that are not counted have been inside since a writer
  /// was.
  constexpr std::uint64_t uncounted_readers(const lock_word& now) const noexcept {
    const std::uint64_t row = std::max(now.reader_row, longest_row_);
    return in_reader_row(row - now.reader_row) - in_writer_row(now.writer_row);
  }

  /// The bits in which rows are counted.
  constexpr std::uint64_t rows() const noexcept {
    return longest_row_ > 0 ? (bias() - 1) & ~anybody_ : 0;
  }

  /// Whether no rank waits, no rank has been called, and only readers are inside, if any rank is.
  constexpr bool is_quiet(std::uint64_t bits) const noexcept { return (bits & unrest_) == 0; }
  /// The number of readers inside, given a quiet word.
  constexpr std::uint64_t readers(std::uint64_t bits) const noexcept {
    return bits & (writer() - 1);
  }
  /// Whether no rank is counted: as inside, as waiting, or as called.
  constexpr bool is_empty(std::uint64_t bits) const noexcept { return (bits & anybody_) == 0; }
  constexpr bool is_biased(std::uint64_t bits) const noexcept { return (bits & bias_) != 0; }
  /// Whether the word is empty and not biased.
  constexpr bool is_idle(std::uint64_t bits) const noexcept {
    return (bits & (anybody_ | bias_)) == 0;
  }

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
      word.reader_row = field(bits, reader_row_at_, sections_at_ - 1);
    } else {
      word.called = (bits >> (4 * width_)) & most_called;
    }
    return word;
  }

  /// The full count of sections, given its low bits now and the full count seen last: the least
  /// count that is not older. Exact unless a rank misses 2^(60-4w) sections between two looks at
  /// the word. That is 2^44 with up to 14 ranks, 2^32 with up to 126, 2^12 with 4,094. With rows,
  /// it is 2^12 or more.
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
  std::uint64_t writer_;  // this and the next: computed once, for uncontended calls
  std::uint64_t bias_;
  std::uint64_t anybody_;        // the bits of all fields but `sections`, `bias` and rows
  std::uint64_t unrest_;         // of these, all bits but those of `readers`
  std::uint64_t most_sections_;  // the bits of `sections`, shifted to the right
};

}  // namespace mpilock
