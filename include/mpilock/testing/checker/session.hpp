#pragma once
/// @file
/// @brief Runs one rank's code with recorded answers, up to its next step.

#include <execinfo.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mpilock/policy/word_window.hpp"
#include "mpilock/testing/operation.hpp"

namespace mpilock::testing {

/// Thrown through the code under test when all answers are used. Code that withdraws before an
/// exception continues catches it, too. Then each further step throws it again.
struct suspended {};

/// Thrown by `scheduled_idle` if the program says that idling may throw.
struct idling_failed {};

/// A value that a paused rank has seen, and expects to change.
struct watched_word {
  std::uint16_t word;
  std::uint64_t value;
  bool operator==(const watched_word&) const = default;
};

/// The looks of a rank in vain, since it last did anything else.
struct watch {
  std::vector<watched_word> words;
  bool clock = false;     ///< a deadline had not passed
  bool messages = false;  ///< there were no messages
  bool mpi = false;       ///< MPI made progress meanwhile
  bool acted = false;     ///< the rank also did something else
};

/// Replays a rank. The code under test is deterministic, so the history of answers determines its
/// state between two steps. Running the code again with the same answers restores the state.
///
/// Most of a history no longer matters. So each state has a *key*: where the code stands (the
/// return addresses), its next step, the values that it keeps (`checker_note`), and the state that
/// its objects show (`show_state`). Equal keys are equal states; `rank_automaton` audits that.
class session {
 public:
  /// @param see called where the code stops, before any frame is unwound
  session(std::span<const std::uint64_t> answers, std::function<void()> see)
      : answers_(answers), see_(std::move(see)) {}
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  bool is_over() const { return next_ == answers_.size(); }
  std::uint64_t next_answer() { return answers_[next_++]; }

  /// One step of the code under test. @return its answer
  std::uint64_t perform(const operation& what) {
    if (is_over()) suspend(what);
    const std::uint64_t answer = next_answer();
    note(what, answer);
    return answer;
  }

  /// A step in a loop. Looks before it no longer count. @return its answer
  std::uint64_t collapse(const operation& what) {
    if (is_over()) suspend(what);
    watch_ = {};
    return next_answer();
  }

  /// An operation that was started on `word` has ended.
  void has_ended(std::uint16_t word) {
    under_way_.erase(std::find(under_way_.begin(), under_way_.end(), word));
  }

  /// A look that is not a step of its own, because it came with the answer to another step.
  void has_seen(std::uint16_t word, std::uint64_t value) {
    if (!watch_.acted) watch_.words.push_back({word, value});
  }

  /// `checker_note` calls this and `forget`.
  void keep(std::uint64_t value) { kept_.push_back(value); }
  void forget() { kept_.pop_back(); }

  /// A new call begins, in a function that the caller's caller calls. The rank can't wait for
  /// anything that it saw before. The return addresses of the callers say nothing about the code
  /// under test.
  [[gnu::noinline]] void begin_call() {
    watch_ = {};
    std::array<void*, most_frames> frames;
    callers_ = backtrace(frames.data(), most_frames) - 1;
  }

  /// Whether the code has stopped within a call.
  bool is_suspended() const { return is_suspended_; }
  const operation& pending() const { return pending_; }
  const watch& seen_in_vain() const { return watch_; }
  /// Empty if only the history determines the state.
  const std::string& key() const { return key_; }

 private:
  [[noreturn]] void suspend(const operation& what) {
    if (std::exchange(is_suspended_, true)) throw suspended();
    pending_ = what;
    // No other rank moves between the results of one completion, and none of them is used yet.
    if (what.what != step_kind::collect) make_key();
    see_();
    throw suspended();
  }

  void note(const operation& what, std::uint64_t answer) {
    switch (what.what) {
      case step_kind::load:
        return has_seen(what.where, answer);
      case step_kind::fetch_or:
        return (answer | what.value) == answer ? has_seen(what.where, answer) : has_acted();
      case step_kind::fetch_and:
        return (answer & what.value) == answer ? has_seen(what.where, answer) : has_acted();
      case step_kind::clock:
        watch_.clock = watch_.clock || answer == 0;
        return;
      case step_kind::receive:
        watch_.messages = answer == 0;
        return answer == 0 ? void() : has_acted();
      case step_kind::look_time:
        return;
      case step_kind::complete:
      case step_kind::poke:
        watch_.mpi = true;
        return;
      case step_kind::collect:
        return;
      case step_kind::start:
        under_way_.push_back(what.where);
        return what.detail == static_cast<std::uint64_t>(word_op::look) ? void() : has_acted();
      default:
        has_acted();
    }
  }

  void has_acted() {
    watch_.words.clear();
    watch_.acted = true;
  }

  void make_key() {
    std::array<void*, most_frames> frames;
    const int count = backtrace(frames.data(), most_frames) - callers_;
    for (int i = 0; i < count; ++i) append(frames[static_cast<std::size_t>(i)]);
    append(pending_.what), append(pending_.where), append(pending_.detail);
    append(pending_.what == step_kind::send ? 0 : pending_.value);  // a ticket is only a name
    append(under_way_.size());
    for (const std::uint16_t each : under_way_) append(each);
    append(kept_.size());
    for (const std::uint64_t each : kept_) append(each);
    append(watch_.clock), append(watch_.messages), append(watch_.mpi), append(watch_.acted);
    for (const watched_word& each : watch_.words) append(each.word), append(each.value);
  }

  template <class Value>
  void append(const Value& value) {
    key_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }

  static constexpr int most_frames = 64;

  std::span<const std::uint64_t> answers_;
  std::function<void()> see_;
  std::size_t next_ = 0;
  bool is_suspended_ = false;
  int callers_ = 0;
  operation pending_;
  watch watch_;
  std::vector<std::uint16_t> under_way_;
  std::vector<std::uint64_t> kept_;
  std::string key_;
};

}  // namespace mpilock::testing
