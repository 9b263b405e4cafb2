#pragma once
/// @file
/// @brief What a rank under the checker does next, as seen from outside.
/// @ingroup testing

#include <cstdint>
#include <string_view>

#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock::testing {

/// What kind of step it is.
enum class step_kind : std::uint8_t {
  choose,     ///< outside every call: the rank may do anything that its program allows
  load,       ///< of a word
  fetch_add,  ///< one atomic operation on a word, and the four below
  fetch_or,
  fetch_and,
  exchange,
  await,      ///< for a letter in the rank's own mailbox
  sleep,      ///< in the kernel, unless the word has changed
  wake,       ///< whoever sleeps on a word
  clock,      ///< whether the deadline has passed
  look_time,  ///< whether it is time to look at what is far away
  pause,      ///< in a loop that looks again and again
  relax,      ///< in a loop that tries again
  start,      ///< a one-sided operation
  complete,   ///< all that was started towards a rank
  collect,    ///< the result of one completed operation
  poke,       ///< gives MPI a turn
  send,       ///< a message
  receive,    ///< a message, if one is there
};

/// One step. Which word or rank `where` is depends on the kind, as do the operands.
struct operation {
  step_kind what = step_kind::choose;
  std::uint16_t where = 0;
  std::uint64_t value = 0;
  std::uint64_t detail = 0;  ///< sleep: the value expected; start: the word_op; send: the verb
  bool acquires = false;     ///< what came before the last release of this word is seen afterwards
  bool releases = false;     ///< what came before is seen by whoever acquires
  bool is_remote = false;    ///< reaches memory of another rank
  call_site from{};

  bool operator==(const operation& other) const {  // where in the source doesn't count
    return what == other.what && where == other.where && value == other.value &&
           detail == other.detail && acquires == other.acquires && releases == other.releases;
  }
};

/// How the tables call it.
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
