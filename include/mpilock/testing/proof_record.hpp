#pragma once
/// @file
/// @brief What a proof has shown, and how far.
/// @ingroup testing

#include <algorithm>
#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "mpilock/testing/answers.hpp"
#include "mpilock/testing/outcome.hpp"
#include "mpilock/testing/report.hpp"
#include "mpilock/testing/search_limits.hpp"
#include "mpilock/testing/search_plan.hpp"
#include "mpilock/testing/verdict.hpp"

namespace mpilock::testing {

/// What a proof has shown so far, kept so that the last lines of a report say no more than that.
class proof_record {
 public:
  /// @param limits `seconds` of all searches together, the others of each search
  explicit proof_record(const search_limits& limits) : limits_(limits) {}

  /// Whether another search is of use: nothing is broken, and there is time.
  bool goes_on() const { return result_ != outcome::fails && seconds_left() > 0; }
  /// The limits that are left for the next search.
  search_limits limits_for(const planned_search& next) const {
    search_limits left = limits_;
    left.seconds = seconds_left();
    if (next.first_part > 0) left.states = std::min(left.states, next.first_part);
    return left;
  }

  /// Takes note of the answers that the policy gave.
  void add(const answers_found& found) {
    answers_ = found;
    if (!found.breach.empty()) fail(found.breach);
  }
  /// Takes note of a search, which may have ended before its time.
  void add(const planned_search& asked, const verdict& found) {
    seconds_ += found.seconds;
    if (found.broken != property::none) {
      fail("it breaks " + std::string(to_string(found.broken)) + " in " + found.program + " with " +
           std::to_string(found.ranks) + " ranks on " + found.model);
    } else if (found.complete) {
      std::string& programs = whole_[{found.ranks, found.model}];
      programs += (programs.empty() ? "" : ", ") + found.program;
    } else {
      const bool as_planned = asked.first_part > 0 && found.ended_by == limit::states;
      const std::string text = found.program + " with " + std::to_string(found.ranks) +
                               " ranks on " + found.model + ": every run of up to " +
                               std::to_string(found.whole_depth()) + " moves";
      if (as_planned) {
        parts_.push_back(text);
      } else {
        add_gap(text + ", ended by the limit of " + std::string(to_string(found.ended_by)));
      }
    }
    if (found.counts_overtaking) add_overtaking(found);
  }
  /// For something that no search can show.
  void add_gap(const std::string& what) {
    cut_.push_back(what);
    result_ = worse_of(result_, outcome::incomplete);
  }
  /// A search was not begun, as the time was over.
  void leave_out() {
    ++left_out_;
    result_ = worse_of(result_, outcome::incomplete);
  }

  /// The verdict of all checks together.
  outcome result() const { return result_; }
  /// The rule that the policy breaks; empty if it breaks none.
  const std::string& breach() const { return breach_; }

  /// Writes what was checked, and how far.
  void print(std::ostream& out) const {
    if (answers_.all_up_to > 0)
      out << "  answers: decided for every census of up to " << answers_.all_up_to
          << " waiting ranks, and for samples of up to " << answers_.some_up_to << '\n';
    for (const auto& [where, programs] : whole_)
      out << "  every run with " << where.first << " ranks on " << where.second << ": " << programs
          << '\n';
    if (most_.counts_overtaking)
      out << "  overtaking, the most of any search with up to " << most_.ranks
          << " ranks: " << promised_and_found(most_) << '\n';
    for (const std::string& each : parts_) out << "  only a part, as planned: " << each << '\n';
    for (const std::string& each : cut_) out << "  not complete: " << each << '\n';
    if (left_out_ > 0) out << "  not begun, as the time was over: " << left_out_ << " searches\n";
  }

 private:
  void fail(std::string why) {
    breach_ = std::move(why);
    result_ = outcome::fails;
  }
  double seconds_left() const { return limits_.seconds - seconds_; }

  void add_overtaking(const verdict& found) {
    most_.counts_overtaking = true;
    most_.promised = found.promised;
    most_.ranks = std::max(most_.ranks, found.ranks);
    most_.readers_past_writer = std::max(most_.readers_past_writer, found.readers_past_writer);
    most_.writers_past_reader = std::max(most_.writers_past_reader, found.writers_past_reader);
    most_.writers_past_writer = std::max(most_.writers_past_writer, found.writers_past_writer);
  }

  search_limits limits_;
  outcome result_ = outcome::conforms;
  double seconds_ = 0;
  answers_found answers_;
  std::string breach_;
  std::map<std::pair<int, std::string>, std::string> whole_;  // programs by ranks and model
  verdict most_;                                              // the most overtaking of all searches
  std::vector<std::string> parts_;
  std::vector<std::string> cut_;
  int left_out_ = 0;
};

}  // namespace mpilock::testing
