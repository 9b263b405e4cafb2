#pragma once
/// @file
/// @brief The common part of all locks that count their ranks in one word.

#include <cstdint>
#include <type_traits>
#include <utility>

#include "mpilock/engine/lock_word.hpp"
#include "mpilock/engine/lock_word_format.hpp"
#include "mpilock/engine/one_sided/waiting_room.hpp"
#include "mpilock/engine/turn_taking.hpp"
#include "mpilock/policy/medium.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock {

/// One rank's end of the lock: it adds to the lock word, leaves, and enqueues. A turn is due if the
/// door is open, no rank is called, and a rank waits that the policy lets in (`turn_taking`). The
/// rank whose addition has left the word so calls `give_turn()` of the derived class `Lock`.
///
/// | event     | what is added to the lock word                                                |
/// | --------- | ----------------------------------------------------------------------------- |
/// | arrive    | 1 present; the rank is inside if the value before admits it                   |
/// | leave     | -1 present (a writer: also +1 section), and what the rank owes to the rows    |
/// | downgrade | -1 writer +1 reader +1 section, and what the rank owes to the rows            |
/// | enqueue   | -1 present if it was present, +1 waiting +1 writer; publish a slot; -1 writer |
///
/// Rows and positions in the queue are kept only for policies that ask for them (`turn_taking`).
///
/// The 1 in `writers` shuts the door while a rank changes its slot. Otherwise a rank could claim a
/// turn, find that counts and slots disagree, and look again and again. A rank that already holds a
/// turn finds every slot counted: a rank is counted before it publishes its slot, and until it has
/// taken the slot back.
///
/// An addition may leave the door open, for instance one that takes an announcement back. Then it
/// goes through `add`, which asks whether a turn is due. After all other additions this rank is
/// present, or some rank is called, so that another addition will follow.
///
/// Only fetch-and-add changes these counts. It never has to be repeated, as a compare-and-swap has.
/// One kind of operation for each word also keeps MPI's rule `same_op_no_op` (MPI 4.0, chapter 12,
/// "Window Creation"). The scheme of counting speculative entrants is our own.
template <class Lock, medium Medium, fairness_policy Fairness>
class counting_lock {
 public:
  /// Announces a newcomer, in one operation.
  /// @return whether it is inside in the simple case: no rank waits, no other rank is inside
  /// (beside a reader, other readers may be), and the policy admits it. If not, `settle` must
  /// follow
  bool arrive(access kind) {
    found_ = bits_before(format_.present(kind), source::current());
    const bool is_inside =
        kind == access::write ? is_plainly_free(found_) : is_plainly_open(found_);
    if constexpr (counts_rows)
      if (is_inside) has_entered(kind, found_on_arrival());
    return is_inside;
  }

  /// Leaves.
  void release(access kind) { add(departure(kind)); }

  /// Downgrades, with no gap.
  [[gnu::noinline]] void downgrade() {  // rare, and kept out of `release`, which must stay short
    const std::uint64_t leaves = departure(access::write);
    owes(format_.owed_by_first_reader());
    add(leaves + format_.reader());
  }

  /// A hint, from a look at the lock word: whether a rank waits to write.
  bool writer_waits() { return format_.unpack(medium().look()).writers_waiting > 0; }

  /// Write sections completed when this rank last touched the lock.
  std::uint64_t sections() const noexcept { return sections_; }

  /// Shows a checker the state that this object's future depends on.
  template <class Show>
  void show_state(Show& show) const {
    show.sections(sections_);
    if constexpr (counts_rows) show(owed_.count);
    room_.show_state(show);
  }

  /// Where the state lives.
  Medium& medium() noexcept { return room_.medium(); }
  const Medium& medium() const noexcept { return room_.medium(); }

 protected:
  using source = call_site;  // of the addition, for a medium that reports which rank did what
  using rules = turn_taking<Fairness>;

  template <class... Args>
  explicit counting_lock(Args&&... args)
      : room_(std::forward<Args>(args)...), format_(medium().size(), rules::longest_row) {}

  /// @return the word before the addition
  lock_word fetch_add(std::uint64_t delta, source from = source::current()) {
    return format_.unpack(bits_before(delta, from));
  }

  /// Adds `delta`. @return the word before, as if `leaves` had been added already
  lock_word fetch_add_after(std::uint64_t leaves, std::uint64_t delta,
                            source from = source::current()) {
    return format_.unpack(bits_before(delta, from) + leaves);
  }

  /// The word that `arrive` found.
  lock_word found_on_arrival() const { return format_.unpack(found_); }

  /// The answer of `arrive`, for a reader that has only looked.
  bool is_plainly_open_to_readers(std::uint64_t now) {
    sections_ = format_.extend_word(now, sections_);
    return is_plainly_open(now);
  }

  /// Adds, and gives out the next turn if this rank must.
  void add(std::uint64_t delta, source from = source::current()) {
    const std::uint64_t after = bits_after(delta, from);
    if (!format_.is_quiet(after)) ask(after);
  }

  /// Gives out the next turn if the addition that made the word `after` has made one due.
  [[gnu::noinline]] void ask(std::uint64_t after) {
    if (rules::is_due(format_.unpack(after))) static_cast<Lock*>(this)->give_turn();
  }

  /// @return the word after the addition
  lock_word added(std::uint64_t delta, source from = source::current()) {
    return format_.unpack(bits_after(delta, from));
  }

  std::uint64_t departure(access kind) noexcept {
    return settle_debt() +
           (kind == access::read ? -format_.reader() : format_.section() - format_.writer());
  }

  /// A rank that is inside, and found the word as `before`, counts itself in a row when it leaves.
  void has_entered(access kind, const lock_word& before) {
    if constexpr (counts_rows)
      owes(kind == access::read ? format_.owed_by_reader(before) : format_.owed_by_writer(before));
  }
  void owes([[maybe_unused]] std::uint64_t count) {
    if constexpr (counts_rows) owed_.count = count;
  }
  /// The debt of this rank, which goes with its next addition.
  std::uint64_t settle_debt() noexcept {
    if constexpr (counts_rows)
      return std::exchange(owed_.count, 0);
    else
      return 0;
  }

  /// Exchanges the counts of this rank, `given_up`, for a wait.
  void enqueue(access kind, std::uint64_t given_up) {
    fetch_add(format_.waiting(kind) + format_.writer() - given_up);
    if constexpr (rules::follows_arrival)
      room_.publish_at_end(kind);
    else
      room_.publish(kind);
    add(-format_.writer());
  }

  waiting_room<Medium> room_;
  lock_word_format format_;
  std::uint64_t sections_ = 0;  // completed write sections, as far as this rank knows
  std::uint64_t found_ = 0;     // the word that `arrive` found

 private:
  static constexpr bool counts_rows = rules::longest_row > 0;
  struct debt {
    std::uint64_t count = 0;
  };
  struct no_debt {};

  [[no_unique_address]] std::conditional_t<counts_rows, debt, no_debt> owed_;

  bool is_plainly_open(std::uint64_t now) const {
    if constexpr (counts_rows)
      return format_.is_quiet(now) && Fairness::admits(access::read, format_.unpack(now).count());
    const auto inside = static_cast<std::uint32_t>(format_.readers(now));
    return format_.is_quiet(now) && Fairness::admits(access::read, census{inside, 0, 0});
  }
  bool is_plainly_free(std::uint64_t now) const {
    if constexpr (counts_rows)
      return format_.is_empty(now) && Fairness::admits(access::write, format_.unpack(now).count());
    return format_.is_empty(now) && Fairness::admits(access::write, census{});
  }

  std::uint64_t bits_before(std::uint64_t delta, source from) {
    const std::uint64_t before = medium().fetch_add(delta, from);
    sections_ = format_.extend_word(before, sections_);
    return before;
  }

  std::uint64_t bits_after(std::uint64_t delta, source from) {
    const std::uint64_t after = medium().fetch_add(delta, from) + delta;
    sections_ = format_.extend_word(after, sections_);
    return after;
  }
};

}  // namespace mpilock
