#pragma once
/// @file
/// @brief One state of all ranks: words, operations under way, and the position of each rank's
/// code.

#include <array>
#include <cstdint>
#include <vector>

#include "mpilock/testing/checker/rank_automaton.hpp"

namespace mpilock::testing {

/// Small and of fixed size, since a search makes and discards millions of them.
///
/// Bits of the datum: the lock guards a plain datum, and a rank *knows* the accesses to it that it
/// has seen happen. Bit i is the last read by rank i; bit `written` is the last write. A word
/// *carries* what was known to the ranks that released to it. This is happens-before of the C++
/// memory model, kept for the accesses that matter.
///
/// The same relation says which older values a plain load may return. Bit w of a rank's `must_see`
/// says that it can load only the newest value of word w. A word hands these bits on, too.
struct world {
  static constexpr int max_ranks = 4;
  static constexpr int max_words = 40;
  static constexpr std::uint8_t written = 1 << 7;
  static constexpr std::uint8_t nowhere = 0xff;
  static constexpr int max_words_with_past = 20;
  static constexpr std::uint32_t all_words = ~std::uint32_t{0};

  struct word {
    std::uint64_t value = 0;
    std::uint8_t carries = 0xff;
    std::uint32_t shows = all_words;  ///< what a rank must see that acquires this value
    bool operator==(const word&) const = default;
  };

  struct started {  ///< a one-sided operation under way
    std::uint64_t operand = 0;
    std::uint64_t result = 0;
    std::uint16_t word = 0;
    std::uint8_t op = 0;
    bool landed = false;
    std::uint8_t carries = 0;
    bool operator==(const started&) const = default;
  };

  struct rank {
    rank_automaton::state at = rank_automaton::initial;
    std::uint8_t knows = 0xff;
    std::uint8_t sleeps_on = nowhere;
    std::uint32_t must_see = all_words;
    std::uint8_t count = 0;  ///< the number of operations under way
    std::array<started, 6> under_way{};
    std::uint8_t behind = 0;                  ///< requests that the home has not seen yet
    bool waits = false;                       ///< the rank has waited in this call
    bool is_stopped = false;                  ///< the rank never moves again
    std::uint8_t came_after = 0;              ///< the ranks that waited already when this rank came
    std::array<std::uint8_t, 2> overtaken{};  ///< newcomers of each kind that overtook it
    bool operator==(const rank&) const = default;
  };

  struct parcel {  ///< a message under way
    std::uint8_t from = 0;
    std::uint8_t to = 0;
    std::uint8_t age = 0;  ///< the requests that its rank has made since; gives the ticket
    std::uint8_t carries = 0;
    std::uint64_t code = 0;
    bool operator==(const parcel&) const = default;
  };

  std::array<word, max_words> words{};
  std::array<word, max_words_with_past> past{};  ///< what the first words held before
  std::array<rank, max_ranks> ranks{};
  std::array<parcel, 16> messages{};
  std::uint8_t message_count = 0;
  std::uint8_t sections = 0;  ///< write sections so far, if they are counted
};

}  // namespace mpilock::testing
