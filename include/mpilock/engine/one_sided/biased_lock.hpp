#pragma once
/// @file
/// @brief A reader-writer lock whose readers share no memory while writers are rare.

#include <algorithm>
#include <cstdint>
#include <utility>

#include "mpilock/engine/acquire.hpp"
#include "mpilock/engine/checker_note.hpp"
#include "mpilock/engine/one_sided/flag_reading_lock.hpp"
#include "mpilock/engine/or_withdraw.hpp"
#include "mpilock/engine/quiet_idle.hpp"
#include "mpilock/policy/census.hpp"
#include "mpilock/policy/word_memory.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// A `barging_lock` with a flag in front of it for each rank, on a cache line of its own. Readers
/// use their flags while the lock is *biased*: while readers meet each other, and writers are rare.
///
/// | event             | what is done                                                            |
/// | ----------------- | ----------------------------------------------------------------------- |
/// | read              | enter the lock behind, like all other ranks                             |
/// | read, biased      | raise the own flag, then look at the lock word; inside if the word is   |
/// |                   | quiet and says that the lock is biased                                  |
/// | the same, in vain | lower the flag; enter the lock behind; once inside, bias the lock       |
/// | leave             | lower the flag, and wake the writer that sleeps on it, if there is one  |
/// | write             | enter the lock behind to write                                          |
/// | write, biased     | then wait until all flags are down, and end the bias or keep it         |
/// | upgrade           | count in the lock behind, lower the flag, then upgrade behind           |
///
/// A rank that raises a flag looks at the lock word afterwards. A rank that has changed the lock
/// word looks at the flags afterwards. So at least one of two such ranks sees the other (Dekker's
/// principle; all four operations are sequentially consistent). Only a reader that is counted
/// behind biases the lock, so that no writer is inside, and every later writer sees the bias. Only
/// a writer that has seen all flags down ends it, so that no reader is inside, and every later
/// reader sees that. While only readers come, the lock word stays in every cache, and readers do
/// not disturb each other.
///
/// `flag_reading_lock` is the reader's side, and this class the writer's. Sweeps, in which writers
/// look at flags, may take a third of the time. If they took more, a writer ends the bias, and no
/// reader sets it for twice as long as the sweep took.
///
/// A writer that waits for flags keeps newcomers out. If the policy lets them pass a waiting
/// writer, the writer steps back instead. It comes again when the flag that it found is down. It
/// does not step back if the policy counts rows, since flags aren't counted.
///
/// Source: Dice and Kogan, "BRAVO", USENIX ATC 2019, but there every writer ends the bias. The
/// flags are those of the big-reader lock of the Linux kernel.
template <word_memory Memory, fairness_policy Fairness>
class biased_lock : public flag_reading_lock<Memory, Fairness> {
  using base = flag_reading_lock<Memory, Fairness>;
  using behind = typename base::behind;
  using base::arrives_by_flag, base::flag_is_up_, base::row, base::tries_flag;
  using behind::add, behind::fetch_add, behind::format_, behind::has_entered, behind::owes;
  using behind::found_;

 public:
  template <class... Args>
  explicit biased_lock(Args&&... args) : base(std::forward<Args>(args)...) {}
  using behind::medium;

  /// The way in without contention. @return whether the rank is inside; if not, `settle` must
  /// follow
  bool arrive(access kind) {
    if (kind == access::read && tries_flag()) return arrives_by_flag();
    if (!behind::arrive(kind)) return false;
    if (kind == access::read || !format_.is_biased(found_)) [[likely]]
      return true;
    awaits_flags_ = true;
    return false;
  }

  /// Continues after `arrive` has returned false.
  /// @return false if the deadline passed first; then nothing is left behind
  template <class Clock, class Idle>
  bool settle(access kind, basic_deadline<Clock> until, Idle& idle) {
    if (kind == access::read) return behind::settle(access::read, until, idle);
    return (std::exchange(awaits_flags_, false) || behind::settle(access::write, until, idle)) &&
           clears_flags(until, idle);
  }

  /// Upgrades: stops reading and waits for a turn to write.
  /// @return false if the deadline passed first. Then the rank reads again: at once, or, if another
  /// writer has entered, when that writer has left.
  template <class Clock, class Idle>
  bool upgrade(basic_deadline<Clock> until, Idle& idle) {
    if (flag_is_up_) {
      const lock_word before = fetch_add(format_.reader());
      const bool is_counted = before.writers == 0;
      if (is_counted) has_entered(access::read, before);
      if (!is_counted) add(-format_.reader());  // a writer is in the lock behind, awaiting flags
      if (!is_counted && until.is_at_once()) return false;
      const checker_note keeping(medium(), is_counted ? 1 : 0);
      flag_is_up_ = false;
      medium().lower_flag();
      if (!is_counted) return starts_over(nobody, until, idle);
    }
    if (!behind::upgrade(until, idle)) return false;
    const auto reads_on = [&] { steps_back(format_.reader()); };
    const auto sweeps = [&] { return sweep(medium().now(), until, idle); };
    const int reader = or_withdraw(sweeps, reads_on);
    if (reader == nobody) return true;
    if (!readers_pass() || until.is_at_once()) {
      reads_on();
      return false;
    }
    steps_back();
    return starts_over(reader, until, idle);
  }

  /// Whether a rank waits to write. It may also wait for flags: then it has entered the lock
  /// behind, or has stepped back and sleeps on the flag of one reader after the other.
  bool writer_waits() {
    const lock_word now = format_.unpack(medium().look());
    return now.writers_waiting > 0 || (flag_is_up_ && (now.writers > 0 || medium().is_watched()));
  }

  /// Shows a checker the state that this object's future depends on.
  template <class Show>
  void show_state(Show& show) const {
    behind::show_state(show);
    show(flag_is_up_ ? 1 : 0);
    show(awaits_flags_ ? 1 : 0);
  }

 private:
  static constexpr int nobody = -1;
  /// Whether newcomers may read while a writer waits, for example for flags.
  static bool readers_pass() noexcept {
    return !counts_rows<Fairness> && Fairness::admits(access::read, census{1, 0, 1});
  }

  /// For a writer that has entered the lock behind. No reader is counted there, so no rank sets the
  /// bias meanwhile. The look returns the word in which this rank found itself inside, or a later
  /// one, because a rank's accesses to one word never go back in time (coherence).
  bool is_biased() { return format_.is_biased(medium().look()); }

  template <class Clock, class Idle>
  bool enters_behind(access kind, basic_deadline<Clock> until, Idle& idle) {
    return behind::arrive(kind) || behind::settle(kind, until, idle);
  }

  template <class Clock, class Idle>
  bool enters_alone(basic_deadline<Clock> until, Idle& idle) {
    return enters_behind(access::write, until, idle) && clears_flags(until, idle);
  }

  /// For a writer that has entered the lock behind. A sweep counts from its first try: what a
  /// writer that steps back loses is a price of the bias, too. @return whether it is inside. If
  /// not, it has left the lock behind, too
  template <class Clock, class Idle>
  bool clears_flags(basic_deadline<Clock> until, Idle& idle) {
    if (!is_biased()) return true;
    const std::uint64_t begin = medium().now();
    for (;;) {
      const auto sweeps = [&] { return sweep(begin, until, idle); };
      const int reader = or_withdraw(sweeps, [&] { steps_back(); });
      if (reader == nobody) return true;
      const checker_note keeping(medium(), static_cast<std::uint64_t>(reader));
      steps_back();
      const bool tries_again = readers_pass() && !until.is_at_once();
      if (!tries_again || !medium().await_flag(reader, until, idle)) return false;
      if (!enters_behind(access::write, until, idle)) return false;
    }
  }

  /// A writer that has entered the lock behind leaves again, and then counts as `present`. It was
  /// not inside, so it completes no section. If it got in by a grant, it has been counted in its
  /// row. That is taken back: it has met a reader with its flag up.
  void steps_back(std::uint64_t present = 0) {
    owes(0);
    const lock_word now = row > 0 ? format_.unpack(medium().look()) : lock_word{};
    add(present - format_.writer() + format_.uncounted_readers(now));
  }

  /// Upgrades a rank that has stopped reading, once `reader` has lowered its flag. If that fails or
  /// throws, the rank reads again.
  template <class Clock, class Idle>
  bool starts_over(int reader, basic_deadline<Clock> until, Idle& idle) {
    const auto read_again = [&] {
      quiet_idle quiet(idle);
      acquire(*this, access::read, deadline::never(), quiet);
    };
    const auto enter = [&] {
      if (reader != nobody) medium().await_flag(reader, until, idle);
      return enters_alone(until, idle);
    };
    if (or_withdraw(enter, read_again)) return true;
    read_again();
    return false;
  }

  /// For a writer that has entered the lock behind: if the lock is biased, waits until the flags of
  /// all other ranks are down, and ends the bias, unless it has paid. Rows of two and more change
  /// with this writer, so where they count the bias always ends.
  /// @return a rank whose flag is up, if the deadline has passed or readers may pass; or `nobody`
  template <class Clock, class Idle>
  int sweep(std::uint64_t begin, basic_deadline<Clock> until, Idle& idle) {
    if (!is_biased()) return nobody;
    for (int i = 1; i < medium().size(); ++i) {
      const checker_note keeping(medium(), static_cast<std::uint64_t>(i));
      const int owner = (medium().rank() + i) % medium().size();
      if (medium().flag_is_down(owner)) continue;
      if (readers_pass() || until.is_at_once() || !medium().await_flag(owner, until, idle))
        return owner;
    }
    const bool has_paid = medium().sweep_has_paid(begin);
    if (row > 1 || !medium().memory().guess([&] { return has_paid; })) fetch_add(-format_.bias());
    return nobody;
  }

  bool awaits_flags_ = false;  // this writer is in the lock behind: `arrive` tells `settle`
};

}  // namespace mpilock
