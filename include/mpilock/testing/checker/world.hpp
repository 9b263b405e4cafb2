#pragma once
/// @file
/// @brief One state of everything: words, what is under way, and where each rank's code stands.

#include <array>
#include <cstdint>
#include <vector>

#include "mpilock/testing/checker/rank_automaton.hpp"

namespace mpilock::testing {

/// Small and fixed in size, since a search makes and throws away millions of them.
///
/// Bits of the datum: what a rank *knows* (has seen happen) of the accesses to a plain datum that
/// the lock guards. Bit i: the last read by rank i; bit `written`: the last write. A word *carries*
/// what was known to those who released to it. These are happens-before of the C++ memory model,
/// kept for the accesses that matter.
struct world {
  static constexpr int max_ranks = 4;
  static constexpr int max_words = 40;
  static constexpr std::uint8_t written = 1 << 7;
  static constexpr std::uint8_t nowhere = 0xff;

  struct word {
    std::uint64_t value = 0;
    std::uint8_t carries = 0xff;
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
    std::uint8_t count = 0;  ///< of what is under way
    std::array<started, 6> under_way{};
    std::uint8_t behind = 0;                  ///< how many requests the home's books are behind
    bool waits = false;                       ///< it has waited in this call
    bool is_stopped = false;                  ///< it never moves again
    std::uint8_t came_after = 0;              ///< which waiting ranks were there before this one
    std::array<std::uint8_t, 2> overtaken{};  ///< by how many newcomers of each kind
    bool operator==(const rank&) const = default;
  };

  struct parcel {  ///< a message under way
    std::uint8_t from = 0;
    std::uint8_t to = 0;
    std::uint8_t age = 0;  ///< requests that its rank has made since; tells the ticket
    std::uint8_t carries = 0;
    std::uint64_t code = 0;
    bool operator==(const parcel&) const = default;
  };

  std::array<word, max_words> words{};
  std::array<rank, max_ranks> ranks{};
  std::array<parcel, 16> messages{};
  std::uint8_t message_count = 0;
  std::uint8_t sections = 0;  ///< write sections so far, where they are counted
};

}  // namespace mpilock::testing
