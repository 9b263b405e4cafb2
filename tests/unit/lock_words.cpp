// The lock word: packed values are unpacked unchanged, sums of deltas never overflow into another
// field, and the count of sections survives its modulus.

#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "mpilock/engine/lock_word.hpp"
#include "mpilock/engine/lock_word_format.hpp"

namespace {

using mpilock::access;
using mpilock::lock_word;
using mpilock::lock_word_format;

constexpr std::array sizes{1, 2, 3, 6, 7, 14, 15, 126, 127, 1000, 4094};

constexpr bool equal(const lock_word& a, const lock_word& b) {
  return a.readers == b.readers && a.writers == b.writers &&
         a.readers_waiting == b.readers_waiting && a.writers_waiting == b.writers_waiting &&
         a.called == b.called && a.sections == b.sections;
}

constexpr std::uint64_t pack(const lock_word_format& format, const lock_word& word) {
  return word.readers * format.reader() + word.writers * format.writer() +
         word.readers_waiting * format.waiting(access::read) +
         word.writers_waiting * format.waiting(access::write) + word.called * format.called() +
         word.sections * format.section();
}

static_assert(lock_word_format(2).writer() == 4, "two ranks and one more count to 3: two bits");
static_assert(lock_word_format(3).writer() == 8, "three ranks and one more need a third bit");
static_assert(lock_word_format(4094).section() == std::uint64_t{1} << 52);

}  // namespace

BOOST_AUTO_TEST_CASE(every_field_counts_to_one_more_than_there_are_ranks) {
  for (const int ranks : sizes) {
    const lock_word_format format(ranks);
    const auto most = static_cast<std::uint64_t>(ranks) + 1;
    for (unsigned which = 0; which < 64; ++which) {
      const auto value = [&](unsigned bit) { return (which >> bit & 1) != 0 ? most : 0; };
      const lock_word word{
          value(0), value(1), value(2), value(3), std::min(value(4), lock_word_format::most_called),
          value(5)};
      BOOST_TEST(equal(format.unpack(pack(format, word)), word), ranks << " ranks, case " << which);
    }
  }
}

BOOST_AUTO_TEST_CASE(deltas_are_additions_modulo_the_word) {
  for (const int ranks : sizes) {
    const lock_word_format format(ranks);
    const lock_word full{static_cast<std::uint64_t>(ranks), 1, 0, 0, 0, 5};
    std::uint64_t bits = pack(format, full);
    bits += format.waiting(access::write) + format.writer() - format.reader();  // an upgrade waits
    BOOST_TEST(equal(format.unpack(bits), {full.readers - 1, 2, 0, 1, 0, 5}));
    bits +=
        format.section() - 2 * format.writer() - format.waiting(access::write) + format.reader();
    BOOST_TEST(equal(format.unpack(bits), {full.readers, 0, 0, 0, 0, 6}));
    bits -= full.readers * format.present(access::read);
    BOOST_TEST(equal(format.unpack(bits), {0, 0, 0, 0, 0, 6}));
  }
}

BOOST_AUTO_TEST_CASE(sections_overflow_into_no_other_field) {
  for (const int ranks : sizes) {
    const lock_word_format format(ranks);
    const std::uint64_t last = std::numeric_limits<std::uint64_t>::max() / format.section();
    const std::uint64_t bits = pack(format, {1, 0, 0, 0, 0, last}) + format.section();
    BOOST_TEST(equal(format.unpack(bits), {1, 0, 0, 0, 0, 0}));
  }
}

BOOST_AUTO_TEST_CASE(extend_restores_the_full_count) {
  for (const int ranks : sizes) {
    const lock_word_format format(ranks);
    const std::uint64_t modulus = std::numeric_limits<std::uint64_t>::max() / format.section() + 1;
    for (const std::uint64_t seen : {std::uint64_t{0}, modulus - 1, modulus, 3 * modulus + 7}) {
      for (const std::uint64_t further : {std::uint64_t{0}, std::uint64_t{1}, modulus - 1}) {
        const std::uint64_t now = seen + further;
        BOOST_TEST(format.extend(now % modulus, seen) == now, ranks << " ranks");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(too_many_ranks_are_refused_with_their_number) {
  BOOST_TEST(lock_word_format::max_ranks() == 4094);
  BOOST_TEST(lock_word_format::max_ranks(std::uint32_t{1} << 24) == 0);
  for (const std::uint32_t row : {0U, 1U, 8U, 1000U}) {
    const int most = lock_word_format::max_ranks(row);
    BOOST_TEST(most >= 62);
    BOOST_CHECK_NO_THROW(lock_word_format(most, row));
    for (const int ranks : {most + 1, 40'000}) {
      BOOST_CHECK_EXCEPTION(lock_word_format(ranks, row), mpilock::unavailable_error,
                            [&](const mpilock::unavailable_error& failure) {
                              const std::string text = failure.what();
                              return text.find(std::to_string(ranks)) != text.npos &&
                                     text.find(std::to_string(most)) != text.npos &&
                                     text.find("two_sided") != text.npos;
                            });
    }
  }
}

BOOST_AUTO_TEST_CASE(a_row_that_is_too_long_leaves_room_for_no_rank) {
  using room = mpilock::detail::word_room;
  for (const std::uint32_t row : {1U << 23, 1U << 31, std::numeric_limits<std::uint32_t>::max()}) {
    BOOST_TEST(lock_word_format::max_ranks(row) == 0);
    BOOST_CHECK_THROW(lock_word_format(2, row), mpilock::unavailable_error);
  }
  for (const int ranks : {2, 6, 14, 62, 126, 510, 1022}) {
    const std::uint32_t most = room::max_row(ranks);
    BOOST_TEST(lock_word_format::max_ranks(most) >= ranks);
    BOOST_TEST(lock_word_format::max_ranks(most + 1) < ranks);
  }
  BOOST_TEST(room::max_row(62) == 8191U);
}

/// Readers and writers leave one after the other. Each counts itself in its row.
BOOST_AUTO_TEST_CASE(rows_count_ranks_since_the_other_kind_was_inside) {
  const lock_word_format format(5, 2);
  std::uint64_t bits = 0;
  const auto rows = [&] {
    const mpilock::census now = format.unpack(bits).count();
    return std::pair(now.readers_in_a_row, now.writers_in_a_row);
  };
  const auto reads = [&] { bits += format.owed_by_reader(format.unpack(bits)); };
  const auto writes = [&] { bits += format.owed_by_writer(format.unpack(bits)); };
  reads();
  BOOST_TEST((rows() == std::pair(1U, 0U)));
  reads();
  reads();
  BOOST_TEST((rows() == std::pair(2U, 0U)), "the row is two at most");
  writes();
  BOOST_TEST((rows() == std::pair(0U, 1U)));
  writes();
  writes();
  BOOST_TEST((rows() == std::pair(0U, 2U)));
  reads();
  BOOST_TEST((rows() == std::pair(1U, 0U)));
  BOOST_TEST((bits & ~format.rows()) == 0U);
}

BOOST_AUTO_TEST_CASE(a_census_leaves_writers_inside_and_sections_out) {
  const mpilock::census seen = lock_word{3, 1, 2, 4, 5, 99}.count();
  BOOST_TEST((seen == mpilock::census{3, 2, 4, 3, 0}));
  BOOST_TEST(lock_word(lock_word{0, 0, 1, 0, 0, 0}).somebody_waits());
  BOOST_TEST(lock_word(lock_word{0, 0, 0, 1, 0, 0}).somebody_waits());
  BOOST_TEST(!lock_word(lock_word{1, 1, 0, 0, 1, 1}).somebody_waits());
}
