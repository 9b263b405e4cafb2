#pragma once
/// @file
/// @brief The ideal medium of the one-sided engine: every operation is one atomic step.
/// @ingroup testing

#include <cstdint>
#include <optional>
#include <span>

#include "mpilock/policy/mail.hpp"
#include "mpilock/policy/medium.hpp"
#include "mpilock/policy/slot.hpp"
#include "mpilock/testing/checked_site.hpp"
#include "mpilock/testing/checker/session.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock::testing {

/// Sequentially consistent. The words are numbered: 0 is the lock word. Then follow the mailboxes,
/// the slots of readers, those of writers, and the counter of positions.
class checked_medium {
  using source = call_site;

 public:
  static constexpr int words_for(int ranks) { return 2 + 3 * ranks; }

  explicit checked_medium(const checked_site& here) : here_(here) {}

  int rank() const noexcept { return here_.rank; }
  int size() const noexcept { return here_.size; }

  std::uint64_t fetch_add(std::uint64_t delta, source from = source::current()) {
    return step({step_kind::fetch_add, 0, delta, 0, true, true, true, from});
  }

  std::uint64_t swap_slot(access kind, int rank, std::uint64_t value,
                          source from = source::current()) {
    return step({step_kind::exchange, slot(kind, rank), value, 0, true, true, true, from});
  }

  void read_slots(access kind, int first, std::span<std::uint64_t> slots,
                  source from = source::current()) {
    std::uint64_t seen = 0;
    for (std::uint64_t& each : slots) {
      keep(seen);
      each = step({step_kind::load, slot(kind, first++), 0, 0, false, false, true, from});
      forget();
      seen = mpilock::slot::outline(seen, each);
    }
  }

  std::uint64_t next_position(source from = source::current()) {
    return step({step_kind::fetch_add, slot(access::write, size()), 1, 0, false, false, true,
                 from}) +
           1;
  }

  void deliver(std::span<const letter> letters, source from = source::current()) {
    for (const letter& each : letters)
      step({step_kind::exchange, mailbox(each.to),
            here_.counts_sections ? each.contents : mail::without_sections(each.contents), 0, true,
            true, true, from});
  }

  static constexpr std::uint64_t too_late = 0;       ///< an answer to `await` …
  static constexpr std::uint64_t nap_is_over = ~0U;  ///< … and another; neither is a letter

  /// The answer is the letter, or says that the deadline has passed first or that a nap is over.
  template <class Clock, class Idle, class Look = no_look>
  std::optional<std::uint64_t> await(std::uint64_t ticket, basic_deadline<Clock> until, Idle& idle,
                                     Look look = {}, bool = false,
                                     source from = source::current()) {
    for (;;) {
      const std::uint64_t contents = step({step_kind::await, mailbox(rank()), ticket,
                                           until.is_never() ? 0U : 1U, true, false, false, from});
      if (contents == too_late) return std::nullopt;
      if (contents != nap_is_over) return contents;
      idle.idle();
      if (look()) return std::nullopt;
    }
  }

  void relax(source from = source::current()) {
    here_.code.collapse({.what = step_kind::relax, .from = from});
  }

  /// For a lock that looks before it adds, as often as its bounds allow.
  std::uint64_t look(source from = source::current()) {
    return step({step_kind::load, 0, 0, 0, false, false, true, from});
  }
  /// One look in vain is as good as many.
  template <class Condition>
  bool await_word(Condition holds_for, source from = source::current()) {
    return holds_for(step({step_kind::load, 0, 0, 0, true, false, true, from}));
  }
  void pause(int) {}
  static constexpr int looks = 1;
  static constexpr int most_passes = 1;
  static constexpr int most_calls = 1;

  void keep(std::uint64_t value) { here_.code.keep(value); }
  void forget() { here_.code.forget(); }

 private:
  std::uint64_t step(const operation& what) { return here_.code.perform(what); }

  std::uint16_t mailbox(int rank) const { return static_cast<std::uint16_t>(1 + rank); }
  std::uint16_t slot(access kind, int rank) const {
    return static_cast<std::uint16_t>(1 + size() * (kind == access::read ? 1 : 2) + rank);
  }

  checked_site here_;
};
static_assert(medium<checked_medium>);

}  // namespace mpilock::testing
