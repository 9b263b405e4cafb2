#pragma once
/// @file
/// @brief What a rank says when a fence opens, and when it ends.
/// @ingroup controller

#include <cstdint>
#include <string>

#include "mpilock/controller/ballot.hpp"
#include "mpilock/controller/shared_value.hpp"

namespace mpilock::detail {

/// Objects to a writer that can't be, and to a section of this rank that the writer would wait for.
template <class State>
ballot opening_ballot(const State& state, int writer) {
  ballot mine{.call = collective::single_write};
  mine.argument = writer;
  mine.statement = "writer " + std::to_string(writer);
  if (writer < 0 || writer >= state.size()) {
    mine.against = objection::usage;
    mine.complaint = "writer " + std::to_string(writer) +
                     " is not a rank of this controller; give 0 … " +
                     std::to_string(state.size() - 1);
  } else if (state.rank() != writer && state.lock().is_held()) {
    mine.against = objection::usage;
    mine.complaint = std::string("single_write() by rank ") + std::to_string(writer) +
                     " while this rank " + state.lock().describe() +
                     ", for whose end the writer would wait; release it first";
  }
  return mine;
}

template <class State>
ballot closing_ballot(const State& state, const shared_value& value) {
  ballot mine{.call = collective::collect};
  value.announce(mine);
  mine.epoch = static_cast<std::int64_t>(state.epoch());
  return mine;
}

}  // namespace mpilock::detail
