#pragma once
/// @file
/// @brief The one-sided engine's state in a window, reached only by one-sided atomics.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "mpilock/engine/checker_note.hpp"
#include "mpilock/engine/lock_word_format.hpp"
#include "mpilock/os/growing_nap.hpp"
#include "mpilock/policy/keeps_notes.hpp"
#include "mpilock/policy/mail.hpp"
#include "mpilock/policy/medium.hpp"
#include "mpilock/policy/word_window.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// A medium made of one-sided operations.
///
/// Layout, in lines. Every rank has its mailbox. The home also has the lock word, then the slots of
/// readers, those of writers, and the counter of positions. A slot takes one word per rank.
///
/// Each word has one operation besides `look`: `sum` for the lock word and the counter, `replace`
/// for slots and mailboxes. MPI's default `accumulate_ops=same_op_no_op` allows ranks to mix only
/// these on one word (MPI 4.0, chapter 12, "Window Creation"). Each operation is completed before
/// the next step ("Flush and Sync").
template <word_window Window>
class window_medium {
 public:
  template <class... Args>
  window_medium(int rank, int size, int home, Args&&... args)
      : rank_(rank),
        size_(size),
        home_(home),
        window_(std::forward<Args>(args)..., words_at(rank, size, home)),
        replaced_(static_cast<std::size_t>(size)) {}

  int rank() const noexcept { return rank_; }
  int size() const noexcept { return size_; }
  int home() const noexcept { return home_; }

  std::uint64_t fetch_add(std::uint64_t delta, call_site from = call_site::current()) {
    const checker_note keeping(window_, delta);
    return window_.fetch_and_op(word_op::sum, delta, home_, lock_word_at, from);
  }

  std::uint64_t swap_slot(access kind, int rank, std::uint64_t value,
                          call_site from = call_site::current()) {
    return window_.fetch_and_op(word_op::replace, value, home_, slot_at(kind, rank), from);
  }

  /// One operation and one round trip, whatever the number of slots.
  void read_slots(access kind, int first, std::span<std::uint64_t> slots) {
    if (slots.empty()) return;
    window_.start_look(slots, home_, slot_at(kind, first));
    window_.complete(home_, slots.back());
  }

  std::uint64_t next_position(call_site from = call_site::current()) {
    return window_.fetch_and_op(word_op::sum, 1, home_, slot_at(access::write, size_), from) + 1;
  }

  /// One round trip, whatever the number of letters. "Seen after" has two ends: each earlier
  /// operation of the sender is complete, and the receiver looks at its own mailbox atomically in
  /// `await`. So when the letter can be read, everything that the sender completed before it is
  /// complete.
  void deliver(std::span<const letter> letters) {
    for (std::size_t i = 0; i < letters.size(); ++i)
      window_.start(word_op::replace, letters[i].contents, replaced_[i], letters[i].to, mailbox_at);
    for (std::size_t i = 0; i < letters.size(); ++i) window_.complete(letters[i].to, replaced_[i]);
  }

  /// Naps between looks leave the core to the ranks that enter. The home does not nap, since other
  /// ranks may need it in MPI. A rank looks at its own mailbox with an atomic operation on itself.
  /// A local load would need `MPI_Win_sync`, and the operation's flush turns the progress engine of
  /// every implementation. It is awake at first whether the lock lies idle or not.
  template <class Clock, class Idle, class Look = no_look>
  std::optional<std::uint64_t> await(std::uint64_t ticket, basic_deadline<Clock> until, Idle& idle,
                                     Look look = {}, bool = false) {
    growing_nap nap(rank_ == home_ ? growing_nap::limits{} : Window::naps);
    auto looks_far = window_.look_times();
    for (;;) {
      const auto bits = window_.fetch_and_op(word_op::look, nothing_, rank_, mailbox_at);
      if (mail::unpack(bits).ticket == ticket) return bits;
      if (until.passed()) return std::nullopt;
      if (looks_far.are_due() && look()) return std::nullopt;
      window_.poke();
      idle.idle();
      nap.take(until, idle);
    }
  }

  void relax() { window_.poke(); }

  /// The value of the lock word. The round trip takes time, so there is no pause.
  std::uint64_t look(call_site from = call_site::current()) {
    return window_.fetch_and_op(word_op::look, nothing_, home_, lock_word_at, from);
  }
  void pause(int) {}
  /// Looks at the lock word a few times, each a round trip. The flush acquires.
  template <class Condition>
  bool await_word(Condition holds_for, call_site from = call_site::current()) {
    for (int i = 0; i < Window::looks_of_next; ++i)
      if (holds_for(look(from))) return true;
    return false;
  }
  static constexpr int looks = Window::looks;
  static constexpr int most_passes = Window::most_passes;
  static constexpr int most_calls = Window::most_calls;

  Window& window() noexcept { return window_; }

  /// For checkers: passed on to where the words are.
  void keep(std::uint64_t value) requires keeps_notes<Window> { window_.keep(value); }
  void forget() requires keeps_notes<Window> { window_.forget(); }

  static constexpr std::size_t mailbox_at = 0;
  static constexpr std::size_t lock_word_at = Window::words_per_line;
  static constexpr std::size_t slots_at = 2 * Window::words_per_line;

 private:
  /// @throws unavailable_error for more ranks than a lock word has room for
  static std::size_t words_at(int rank, int size, int home) {
    static_cast<void>(lock_word_format(size));
    return rank == home ? slots_at + 2 * static_cast<std::size_t>(size) + 1 : lock_word_at;
  }

  std::size_t slot_at(access kind, int rank) const noexcept {
    return slots_at + static_cast<std::size_t>(kind == access::write ? size_ + rank : rank);
  }

  int rank_;
  int size_;
  int home_;
  Window window_;
  std::uint64_t nothing_ = 0;            // operand of a look, not read
  std::vector<std::uint64_t> replaced_;  // what `deliver` replaced; nobody reads it
};

}  // namespace mpilock
