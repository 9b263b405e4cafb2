#pragma once
/// @file
/// @brief The 64 bits in which a lock counts its ranks, bit by bit.

#include <cstdint>

#include "mpilock/policy/census.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock {

/// The lock word, unpacked. With w bits for a count, where w is the number of binary digits of
/// (ranks + 1), for example 3 for 3 to 6 ranks:
///
/// | bits      | field           | counts                                                         |
/// | --------- | --------------- | -------------------------------------------------------------- |
/// | 0 … w-1   | readers         | ranks that read, or announced a read and await the answer      |
/// | w … 2w-1  | writers         | ranks that write or announced it, give a turn or change a slot |
/// | 2w … 3w-1 | readers_waiting | ranks that wait to read                                        |
/// | 3w … 4w-1 | writers_waiting | ranks that wait to write                                       |
/// | 4w … 4w+2 | called          | ranks that waited, have been called, and have not entered yet  |
/// | 4w+3      | bias            | 1 if readers may enter by their flags (`biased_lock`)          |
/// | 4w+4 … 63 | sections        | write sections completed so far, modulo 2^(60-4w)              |
///
/// A policy may count rows up to m. Then turns are handed over and no rank is called. With u bits
/// for m and v bits for m + ranks - 1:
///
/// | bits          | field      | counts                                                          |
/// | ------------- | ---------- | --------------------------------------------------------------- |
/// | 4w … 4w+u-1   | writer_row | writers that have left since a reader was inside, but at most m |
/// | from 4w+u     | reader_row | readers that have left since a writer was inside; exact up to m |
/// | 4w+u+v        | bias       | as above                                                        |
/// | 4w+u+v+1 … 63 | sections   | write sections completed so far, modulo 2^(63-4w-u-v)           |
///
/// A reader that found `reader_row < m` when it was counted adds 1 to `reader_row` when it leaves.
/// So when the row is m - 1 for the last time, each rank may still add 1. Only a writer that is
/// inside, or a rank that gives a turn to a writer, changes `writer_row` or subtracts from
/// `reader_row`. No reader that is counted is inside then, so both fields stand still.
///
/// Invariants in every interleaving:
///  - a writer is inside only if `writers > 0`; a reader is inside only if `readers > 0`, or if its
///    flag is up (`biased_lock`);
///  - a rank that saw `writers == 0` before its own `+1` there has shut the door for all others,
///    until it takes the 1 back or passes it on;
///  - a rank whose slot is published is counted as waiting; while a rank counts for more waits than
///    it has slots, it also counts in `writers`, or has been called;
///  - `bias` goes from 0 to 1 only while a reader that is counted is inside, and from 1 to 0 only
///    while a writer is inside that has seen all flags down;
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

}  // namespace mpilock
