#pragma once
/// @file
/// @brief The result of a search.
/// @ingroup testing

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "mpilock/policy/overtaking.hpp"
#include "mpilock/testing/checker/machine.hpp"
#include "mpilock/testing/search_limits.hpp"

namespace mpilock::testing {

/// One line in the table of a failing run: a move, and the ranks that are inside after it.
struct trace_line {
  step move;
  std::string word_name;  ///< empty if the move is not about a word
  std::array<claim, world::max_ranks> claims{};
};

/// The line for a move that has led to `after`.
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
  std::string policy{};              ///< the policy's name
  std::string model{};               ///< the model's name
  std::string program{};             ///< the program's name
  int ranks = 0;                     ///< the number of ranks
  property broken = property::none;  ///< the first property that was broken
  std::vector<trace_line> trace{};   ///< the shortest run that breaks it
  std::string schedule{};            ///< that run on one line, for `replay`

  std::uint64_t states = 0;       ///< of ranks and memory together
  std::uint64_t transitions = 0;  ///< moves between them
  std::uint64_t code_states = 0;  ///< of the code of single ranks
  std::uint32_t depth = 0;        ///< moves to the farthest state
  std::uint32_t longest_end = 0;  ///< the most moves that can follow once no more calls begin
  int most_remote_steps = 0;      ///< in one call, on the shortest ways through it
  double seconds = 0;             ///< the time that the search took
  std::uint64_t bytes = 0;        ///< the most memory that the tables of states took
  bool complete = false;          ///< whether all states were seen
  limit ended_by = limit::none;   ///< why not, if no property is broken

  bool counts_overtaking = false;  ///< whether the next four members were counted
  /// The bounds of the policy.
  overtaking promised{overtaking::unbounded, overtaking::unbounded};
  /// The most newcomers that overtook a waiting rank. Counted only if the policy promises a bound.
  unsigned readers_past_writer = 0;
  unsigned writers_past_reader = 0;  ///< as above
  unsigned writers_past_writer = 0;  ///< as above
  bool writers_starve = false;       ///< whether a writer waits for ever in some fair run
  bool readers_starve = false;       ///< the same for a reader

  /// Every run of no more than so many moves was seen whole.
  std::uint32_t whole_depth() const { return complete || depth == 0 ? depth : depth - 1; }

  /// Whether nothing is broken, as a complete search has shown.
  bool holds() const { return broken == property::none && complete; }
};

}  // namespace mpilock::testing
