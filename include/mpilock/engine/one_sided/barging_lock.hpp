#pragma once
/// @file
/// @brief The one-sided reader-writer lock, with barging: a rank awake may pass a sleeping rank.

#include <cstdint>
#include <utility>

#include "mpilock/engine/checker_note.hpp"
#include "mpilock/engine/lock_word.hpp"
#include "mpilock/engine/lock_word_format.hpp"
#include "mpilock/engine/one_sided/waiting_lock.hpp"
#include "mpilock/policy/medium.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// A lock that is handed to a sleeping rank is idle until that rank has woken up. This takes a
/// hundred times as long as a short section. Newcomers queue up behind that rank and fall asleep,
/// too: a convoy. So here a turn is not handed over. The sleeping rank is *called*. Until it
/// enters, the lock is open to newcomers that are awake, as far as the policy lets them pass. This
/// class is the waiter's side: what a rank does between `arrive` and its section.
/// `turn_giving_lock` is the other side.
///
/// | event   | what is added to the lock word, besides the additions of the base classes         |
/// | ------- | --------------------------------------------------------------------------------- |
/// | refused | -1 present; spin; then enqueue                                                    |
/// | next    | nothing: it keeps its 1 and looks, at most `looks_of_next` times; then enqueue    |
/// | upgrade | +1 writer -1 reader; inside as a newcomer would be; if not, it enqueues           |
/// | at once | +1 writer; inside as a newcomer would be: -1 reader; if not: -1 writer            |
/// | regret  | give up an upgrade: in the last addition also +1 reader, or enqueue as a reader   |
///
///  - refused: the medium paces the looks of a rank that spins. If registering the rank as a waiter
///    stops newcomers of the other kind, the rank enqueues at once, in the same addition.
///  - regret: the rank reads at once if no writer was present before the first addition.
///
/// Bounds: a rank passes waiters of its own kind at most `most_passes` times, until it waits itself
/// or finds no such waiter. The policy decides whether it passes waiters of the other kind. After
/// `most_calls` calls in vain, a rank is handed the lock. Among ranks that insist, the next one in
/// the circle of ranks comes first.
///
/// If the policy follows the order of arrival, a refused rank enqueues at once, or it is *next*: it
/// found one writer, and nobody else. Then it keeps its 1, which keeps out all ranks that come
/// after it, and looks at the word. It is inside when a section has been completed, since that was
/// the writer's. It is also inside when nobody else counts in `writers`, and nobody waits: the
/// writer has left without a section. So a lock that two ranks pass to and fro moves one cache
/// line, as a ticket lock does. If the looks end in vain, the rank enqueues, behind those who came
/// meanwhile.
///
/// Sources: barging, and the bit that says that a rank has been woken, come from Go's sync.Mutex
/// and from WebKit's WTF::Lock (F. Pizlo, "Locking in WebKit", 2016). So does the hand-off to a
/// rank that has waited too long. Counts instead of compare-and-swap are our own. Waiting on one's
/// own memory follows Mellor-Crummey and Scott, PPoPP 1991. Slots at the home, and letters from
/// client to client, follow DecLock, arXiv 2505.17641.
template <medium Medium, fairness_policy Fairness>
class barging_lock : public waiting_lock<Medium, Fairness> {
  using base = waiting_lock<Medium, Fairness>;
  using base::enqueue, base::wait;
  using typename base::rules;

 protected:
  using base::add, base::fetch_add, base::format_, base::has_entered, base::owes;
  using base::sections_;

 public:
  template <class... Args>
  explicit barging_lock(Args&&... args) : base(std::forward<Args>(args)...) {}
  using base::medium;

  /// Whether a rank may be next. Then it watches the count of sections.
  static constexpr bool may_be_next =
      rules::follows_arrival && rules::longest_row == 0 && awaits_word<Medium>;

  /// The number of words of memory that the lock takes, for a medium that must know it.
  /// @throws unavailable_error for more ranks than a lock word has room for under the policy,
  /// before there is memory that must be freed
  static std::size_t words_for(int ranks) {
    static_cast<void>(lock_word_format(ranks, longest_row<Fairness>()));
    return Medium::words_for(ranks);
  }

  /// Continues after `arrive` has returned false.
  /// @return false if the deadline passed first; then nothing is left behind
  template <class Clock, class Idle>
  bool settle(access kind, basic_deadline<Clock> until, Idle& idle) {
    const lock_word before = this->found_on_arrival();
    if (lets_in(kind, before)) return true;
    if (until.is_at_once() || !(rules::follows_arrival || rules::keeps_others_out(kind, before))) {
      add(-format_.present(kind));
      if (until.is_at_once()) return false;
      if (spins(kind)) return true;
      enqueue(kind, 0);
    } else {
      if (comes_next(kind, before)) return true;
      enqueue(kind, format_.present(kind));
    }
    passes_ = 0;
    const auto withdraw = [&](auto& meanwhile) {
      const auto left = this->give_up(kind, meanwhile);
      if (left) add(-left->counts);
      return !left;
    };
    return wait(kind, until, idle, withdraw, -format_.present(kind));
  }

  /// Upgrades: stops reading and waits for a turn to write.
  /// @return false if the deadline passed first. Then the rank reads again: at once, or, if another
  /// writer has entered, when that writer has left.
  template <class Clock, class Idle>
  bool upgrade(basic_deadline<Clock> until, Idle& idle) {
    const std::uint64_t leaves = this->departure(access::read);
    if (until.is_at_once()) return upgrades_at_once(leaves);
    if (lets_in(access::write, this->fetch_add_after(leaves, leaves + format_.writer())))
      return true;
    passes_ = 0;
    enqueue(access::write, format_.writer());
    const auto withdraw = [&](auto& meanwhile) {
      const auto left = this->give_up(access::write, meanwhile);
      if (left) this->read_again(*left, meanwhile);
      return !left;
    };
    return wait(access::write, until, idle, withdraw, format_.reader() - format_.writer());
  }

  /// Shows a checker the state that this object's future depends on.
  template <class Show>
  void show_state(Show& show) const {
    base::show_state(show);
    show.lasting(static_cast<std::uint64_t>(passes_));
  }

 private:
  /// Counts as a reader until it has succeeded: no gap. Our 1 in `writers` does not keep out a rank
  /// that is next. If it saw our section end in a downgrade, it waits for readers alone.
  bool upgrades_at_once(std::uint64_t leaves) {
    const checker_note keeping(medium(), leaves);
    if (lets_in(access::write, this->fetch_add_after(leaves, format_.writer()))) {
      fetch_add(leaves);
      return true;
    }
    owes(leaves + format_.reader());
    add(-format_.writer());
    return false;
  }

  /// Tries again as a newcomer. @return false if a rank was in the way
  bool walks_in(access kind) {
    if (lets_in(kind, fetch_add(format_.present(kind)))) return true;
    add(-format_.present(kind));
    return false;
  }

  /// Whether a newcomer that found the word as `before` is inside.
  bool lets_in(access kind, const lock_word& before) {
    const bool is_inside = rules::lets_pass(kind, before) && may_pass(kind, before);
    if (is_inside) has_entered(kind, before);
    return is_inside;
  }

  /// Whether this rank may pass the waiters of its own kind once more, if there are any.
  bool may_pass(access kind, const lock_word& before) {
    if (before.waiting(kind) == 0) {
      passes_ = 0;
      return true;
    }
    return passes_ < Medium::most_passes && ++passes_ > 0;
  }

  /// If this rank, which `arrive` has counted, is next: waits for a moment. @return whether it is
  /// inside
  bool comes_next(access kind, const lock_word& before) {
    if constexpr (may_be_next) {
      if (before.somebody_waits() || before.writers != 1 || before.readers > 0) return false;
      const checker_note keeping(medium(), before.sections);
      return medium().await_word([&](std::uint64_t now) {
        const lock_word others = format_.unpack(now - format_.present(kind));
        const bool has_left =
            others.sections != before.sections || (others.writers == 0 && !others.somebody_waits());
        sections_ = format_.extend_word(now, sections_);
        return has_left && (kind == access::read || others.readers == 0) &&
               Fairness::admits(kind, {static_cast<std::uint32_t>(others.readers), 0, 0});
      });
    }
    return false;
  }

  /// Spins without being counted as a waiter: most sections end before a rank could fall asleep.
  bool spins(access kind) {
    for (int i = 0; i < Medium::looks && passes_ < Medium::most_passes; ++i) {
      medium().pause(i);
      const checker_note keeping(medium(), static_cast<std::uint64_t>(i));
      const lock_word now = format_.unpack(medium().look());
      if (rules::lets_pass(kind, now) && walks_in(kind)) return true;
      if (rules::keeps_others_out(kind, now)) return false;
    }
    return false;
  }

  int passes_ = 0;  // how often it has passed waiters of its kind since it waited itself
};

}  // namespace mpilock
