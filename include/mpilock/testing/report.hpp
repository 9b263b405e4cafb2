#pragma once
/// @file
/// @brief Verdicts as text.
/// @ingroup testing

#include <cstdint>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>

#include "mpilock/policy/overtaking.hpp"
#include "mpilock/testing/verdict.hpp"

namespace mpilock::testing {

/// Writes the heading of the lines that `summarise` writes.
inline void summarise_heading(std::ostream& out) {
  out << std::left << std::setw(20) << "policy" << std::setw(16) << "model" << std::setw(17)
      << "program" << std::right << std::setw(5) << "ranks" << std::setw(12) << "states"
      << std::setw(13) << "transitions" << std::setw(7) << "depth" << std::setw(9) << "seconds"
      << std::setw(7) << "MiB"
      << "  complete  verdict\n";
}

/// One bound as text, with what was found beside it: `1 promised, 0 found`.
inline std::string promised_and_found(unsigned bound, unsigned found) {
  if (bound == overtaking::unbounded) return "none promised";
  return std::to_string(bound) + " promised, " + std::to_string(found) + " found";
}

/// The bounds on overtaking as text, each with what was found beside it.
inline std::string promised_and_found(const verdict& found) {
  const overtaking& bounds = found.promised;
  std::string text = "readers past a writer: " +
                     promised_and_found(bounds.readers_past_writer, found.readers_past_writer) +
                     "; writers past a reader: " +
                     promised_and_found(bounds.writers_past_reader, found.writers_past_reader);
  if (bounds.writers_past_writer != overtaking::unbounded)
    text += "; writers past a writer: " +
            promised_and_found(bounds.writers_past_writer, found.writers_past_writer);
  return text;
}

/// Writes one line for a search.
inline void summarise(std::ostream& out, const verdict& found) {
  std::ostringstream line;
  line << std::left << std::setw(20) << found.policy << std::setw(16) << found.model
       << std::setw(17) << found.program << std::right << std::setw(5) << found.ranks
       << std::setw(12) << found.states << std::setw(13) << found.transitions << std::setw(7)
       << found.depth << std::setw(9) << std::fixed << std::setprecision(1) << found.seconds
       << std::setw(7) << (found.bytes >> 20) << "  complete: " << (found.complete ? "yes" : "no ")
       << "  ";
  if (found.broken != property::none)
    line << "BREAKS " << to_string(found.broken);
  else if (found.complete)
    line << "holds";
  else
    line << "holds for " << found.whole_depth() << " moves; limit of " << to_string(found.ended_by);
  if (found.counts_overtaking) line << " (" << promised_and_found(found) << ')';
  line << '\n';
  out << line.str();
}

namespace internal {

inline std::string_view name_of(action what) {
  switch (what) {
    case action::read:
      return "read";
    case action::write:
      return "write";
    case action::try_read:
      return "try_read";
    case action::try_write:
      return "try_write";
    case action::timed_read:
      return "timed_read";
    case action::timed_write:
      return "timed_write";
    case action::unlock_read:
      return "unlock_read";
    case action::unlock_write:
      return "unlock_write";
    case action::progress:
      return "progress";
  }
  return "?";
}

inline std::string hexadecimal(std::uint64_t value) {
  std::ostringstream out;
  out << std::hex << value;
  return out.str();
}

/// The call site as text: `barging_lock.hpp:57 acquire`
inline std::string place_of(const call_site& from) {
  std::string_view file = from.file;
  if (file.empty()) return "";
  file.remove_prefix(file.rfind('/') == std::string_view::npos ? 0 : file.rfind('/') + 1);
  std::string_view function = from.function;
  function = function.substr(0, function.find('<'));
  return std::string(file) + ':' + std::to_string(from.line) + ' ' + std::string(function);
}

inline std::string describe(const step& move) {
  std::string text = move.lands ? "lands" : std::string(to_string(move.what.what));
  if (move.begins_call) text = std::string(name_of(move.call)) + ": " + text;
  if (move.throws) return text + " (throws)";
  if (move.stops) return text + " (stops for ever)";
  if (move.ends_nap) return text + " (a nap is over)";
  if (move.is_spontaneous)
    text += move.what.what == step_kind::sleep ? " (woken for no reason)" : " (time is up)";
  return text;
}

}  // namespace internal

/// Prints the shortest run that breaks the property, one line per move. The column of holders has
/// one letter per rank after the move: `R` reads, `W` writes, `.` neither. Words are in
/// hexadecimal.
inline void print_run(std::ostream& out, const verdict& found) {
  out << found.policy << " on " << found.model << " with " << found.ranks << " ranks ("
      << found.program << ") breaks: " << to_string(found.broken) << '\n';
  if (found.trace.empty()) {
    out << "no single run shows it: a rank waits without end while others come and go\n";
    return;
  }
  out << "replay with: " << found.schedule << '\n';
  out << std::left << std::setw(6) << "step" << std::setw(6) << "rank" << std::setw(34)
      << "operation" << std::setw(16) << "word" << std::setw(24) << "old -> new" << std::setw(9)
      << "holders"
      << "where\n";
  int number = 0;
  for (const trace_line& line : found.trace) {
    std::string holders;
    for (int rank = 0; rank < found.ranks; ++rank)
      holders += ".RW"[static_cast<std::size_t>(line.claims[static_cast<std::size_t>(rank)])];
    const bool has_word = !line.word_name.empty();
    const std::string change = has_word ? internal::hexadecimal(line.move.before) + " -> " +
                                              internal::hexadecimal(line.move.after)
                                        : "";
    out << std::left << std::setw(6) << ++number << std::setw(6) << line.move.rank << std::setw(34)
        << internal::describe(line.move) << std::setw(16) << line.word_name << std::setw(24)
        << change << std::setw(9) << holders << internal::place_of(line.move.what.from) << '\n';
  }
}

}  // namespace mpilock::testing
