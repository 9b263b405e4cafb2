#pragma once
/// @file
/// @brief What a search has found.
/// @ingroup testing

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "mpilock/testing/checker/machine.hpp"

namespace mpilock::testing {

/// One line of a failing run's table: a move, and who is inside after it.
struct trace_line {
  step move;
  std::string word_name;  ///< empty if it isn't about a word
  std::array<claim, world::max_ranks> claims{};
};

/// That line for a move that has led to `after`.
inline trace_line line_of(const machine& all, const step& move, const world& after) {
  const step_kind what = move.what.what;
  const bool is_done = what == step_kind::complete && !move.begins_call;
  const bool waits =
      what == step_kind::await || what == step_kind::sleep || what == step_kind::wake;
  const bool changes = what >= step_kind::load && what <= step_kind::exchange;
  trace_line line{move, "", {}};
  if (move.lands || is_done || waits || changes)
    line.word_name = name_of_word(all.settings(), move.what.where);
  for (int rank = 0; rank < all.settings().ranks; ++rank)
    line.claims[static_cast<std::size_t>(rank)] = all.at(after, rank).claims;
  return line;
}

/// The result of one search.
struct verdict {
  std::string policy{};              ///< its name
  std::string model{};               ///< its name
  std::string program{};             ///< its name
  int ranks = 0;                     ///< that took part
  property broken = property::none;  ///< the first that was broken
  std::vector<trace_line> trace{};   ///< the shortest run that breaks it
  std::string schedule{};            ///< that run on one line, for `replay`

  std::uint64_t states = 0;       ///< of everything
  std::uint64_t transitions = 0;  ///< moves between them
  std::uint64_t code_states = 0;  ///< of the ranks' own code
  std::uint32_t depth = 0;        ///< moves to the farthest state
  std::uint32_t longest_end = 0;  ///< moves that can follow once no more calls begin
  int most_remote_steps = 0;      ///< in one call, on the shortest ways through it
  double seconds = 0;             ///< that the search took
  bool complete = false;          ///< all states were seen

  /// By how many newcomers of one kind a waiting rank of the other was overtaken at most, counted
  /// up to 3, and only where the policy promises a bound.
  unsigned readers_past_writer = 0;
  unsigned writers_past_reader = 0;  ///< as above
  bool writers_starve = false;       ///< there is a fair run in which a writer waits for ever
  bool readers_starve = false;       ///< the same, of a reader

  /// Whether nothing is broken, as a complete search has shown.
  bool holds() const { return broken == property::none && complete; }
};

}  // namespace mpilock::testing
