#pragma once
/// @file
/// @brief The next step of a rank under the checker, as seen from outside.
/// @ingroup testing

#include <cstdint>
#include <string_view>

#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock::testing {

/// The kind of a step.
enum class step_kind : std::uint8_t {
  choose,     ///< outside every call: the rank may do anything that its program allows
  load,       ///< reads a word
  fetch_add,  ///< one atomic operation on a word, as are the three below
  fetch_or,
  fetch_and,
  exchange,
  await,      ///< waits for a letter in the rank's own mailbox
  sleep,      ///< sleeps in the kernel, unless the word has changed
  wake,       ///< wakes a rank that sleeps on a word
  clock,      ///< asks whether the deadline has passed
  guess,      ///< chooses between two ways that are both right
  look_time,  ///< asks whether it is time to look at a word that is far away
  pause,      ///< waits in a loop that looks again and again
  relax,      ///< waits in a loop that tries again
  start,      ///< issues a one-sided operation
  complete,   ///< completes all operations on a rank
  collect,    ///< takes the result of one completed operation
  poke,       ///< lets MPI make progress
  send,       ///< sends a message
  receive,    ///< receives a message, if one is there
};

/// One step. The kind decides what `where` and the operands mean: `where` is a word or a rank.
struct operation {
  step_kind what = step_kind::choose;
  std::uint16_t where = 0;
  std::uint64_t value = 0;
  std::uint64_t detail = 0;  ///< load: 1 for the newest value; sleep: the value expected; start:
                             ///< the word_op; send: the verb
  bool acquires = false;     ///< sees afterwards what came before the last release of this word
  bool releases = false;     ///< shows what came before to each rank that acquires
  bool is_remote = false;    ///< uses memory of another rank
  call_site from{};

  bool operator==(const operation& other) const {  // where in the source doesn't count
    return what == other.what && where == other.where && value == other.value &&
           detail == other.detail && acquires == other.acquires && releases == other.releases;
  }
};

/// The name of a kind of step in the tables.
constexpr std::string_view to_string(step_kind what) {
  switch (what) {
    case step_kind::choose:
      return "choose";
    case step_kind::load:
      return "load";
    case step_kind::fetch_add:
      return "add";
    case step_kind::fetch_or:
      return "or";
    case step_kind::fetch_and:
      return "and";
    case step_kind::exchange:
      return "replace";
    case step_kind::await:
      return "await";
    case step_kind::sleep:
      return "sleep";
    case step_kind::wake:
      return "wake";
    case step_kind::clock:
      return "clock";
    case step_kind::guess:
      return "guess";
    case step_kind::look_time:
      return "look_time";
    case step_kind::pause:
      return "pause";
    case step_kind::relax:
      return "relax";
    case step_kind::start:
      return "start";
    case step_kind::complete:
      return "complete";
    case step_kind::collect:
      return "collect";
    case step_kind::poke:
      return "poke";
    case step_kind::send:
      return "send";
    case step_kind::receive:
      return "receive";
  }
  return "?";
}

}  // namespace mpilock::testing
