#pragma once
/// @file
/// @brief A reader-writer lock made of messages to a manager at the root.

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "mpilock/engine/checker_note.hpp"
#include "mpilock/engine/messages/lock_manager.hpp"
#include "mpilock/engine/or_withdraw.hpp"
#include "mpilock/engine/quiet_idle.hpp"
#include "mpilock/os/growing_nap.hpp"
#include "mpilock/policy/transport.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock {

/// The message engine: it runs over any `transport` and asks any `fairness_policy`.
///
/// Without contention, a request and a grant enter, and one message leaves. The root speaks to its
/// manager directly. A rank that gives up waiting says so and continues at once. Its message
/// follows its request, so the manager knows that a grant which crossed it was not taken. Only an
/// upgrade that is given up gets an answer, because that rank must know when it reads again.
///
/// If an exception ends a wait, the rank gives up first. If an upgrade was granted meanwhile, the
/// rank downgrades, and the upgrade counts as a section.
///
/// The methods are local, but `settle` and `upgrade` wait for the root's answer. `serve` may run
/// in a thread beside them.
template <transport Transport, fairness_policy Fairness>
class message_lock {
 public:
  template <class... Args>
  explicit message_lock(Args&&... args) : wire_(std::forward<Args>(args)...) {
    if (is_root()) manager_.emplace(wire_.size());
  }

  /// No rank is inside before the root has said so.
  static constexpr bool arrive(access /*kind*/) noexcept { return false; }

  /// Enters, after `arrive` has returned false.
  /// @return false if the deadline passed first; then nothing is left behind
  template <class Clock, class Idle>
  bool settle(access kind, basic_deadline<Clock> until, Idle& idle) {
    ask(until.is_at_once() ? verb::try_enter : verb::enter, kind);
    const auto withdraw = [&] { give_up(kind); };
    const auto reply = or_withdraw([&] { return await_answer(no_try(until), idle); }, withdraw);
    if (!reply) withdraw();
    return reply == verb::granted;
  }

  /// Leaves.
  void release(access kind) {
    if (kind == access::write) ++sections_;
    tell({verb::leave});
  }

  /// Upgrades: stops reading and waits for a turn to write.
  /// @return false if the deadline passed first; then the rank reads again
  template <class Clock, class Idle>
  bool upgrade(basic_deadline<Clock> until, Idle& idle) {
    const bool tries = until.is_at_once();
    ask(tries ? verb::try_upgrade : verb::upgrade, access::write);
    // An answer always comes: the rank reads on, reads again, or a grant was quicker.
    const auto withdraw = [&] {
      quiet_idle quiet(idle);
      if (!tries) tell({verb::give_up, access::write, ticket_});
      return await_answer(deadline::never(), quiet);
    };
    auto reply = or_withdraw([&] { return await_answer(no_try(until), idle); },
                             [&] {
                               if (withdraw() == verb::granted) downgrade();
                             });
    if (!reply) reply = withdraw();
    return reply == verb::granted;
  }

  /// Downgrades, with no gap.
  void downgrade() {
    ++sections_;
    tell({verb::downgrade});
  }

  /// For a rank that is inside: whether another rank waits to write, as far as the root has said.
  /// The first call in a section asks the root to say so. No call waits for the answer.
  bool writer_waits() {
    const bool is_first = asked_in_ != ticket_;
    asked_in_ = ticket_;
    if (is_first) tell({verb::watch, access::read, ticket_});
    serve();
    const std::lock_guard guard(mutex_);
    return told_in_ == ticket_;
  }

  /// Write sections completed when this rank last entered or left.
  std::uint64_t sections() const noexcept { return sections_; }

  /// Takes in the messages that have arrived: requests at the root, answers elsewhere. @return
  /// whether there were any
  bool serve() {
    const std::lock_guard guard(mutex_);
    // Elsewhere only an answer, `writer_waits` or a goodbye comes.
    const int most = is_root() ? Transport::burst : 1;
    int taken = 0;
    int from = 0;
    for (message said{}; taken < most; ++taken) {
      const checker_note keeping(wire_, static_cast<std::uint64_t>(taken));
      if (!wire_.receive(from, said)) break;
      take_in(from, said);
    }
    return taken > 0;
  }

  bool is_root() const noexcept { return wire_.rank() == wire_.root(); }

  /// At the root: whether no rank is inside, and none waits.
  bool is_free() {
    const std::lock_guard guard(mutex_);
    return manager_->is_free();
  }

  /// Collective: exchanges goodbyes. After them, no message is under way. An exception while idling
  /// must not keep the root's goodbye from the other ranks.
  template <class Idle>
  void say_goodbye(Idle& idle) {
    quiet_idle quiet(idle);
    if (!is_root()) tell({verb::goodbye});
    const int expected = is_root() ? wire_.size() - 1 : 1;
    while (goodbyes() < expected) {
      if (!serve()) quiet.idle();
    }
    for (int rank = 0; is_root() && rank < wire_.size(); ++rank)
      if (rank != wire_.rank()) wire_.send(rank, {verb::goodbye});
  }

  Transport& wire() noexcept { return wire_; }

  /// Shows a checker the state that this object's future depends on.
  template <class Show>
  void show_state(Show& show) const {
    show.sections(sections_);
    show.request(ticket_);
    show(answer_ ? static_cast<std::uint64_t>(answer_->what) : 0);
    show.sections(answer_ ? answer_->sections : 0);
    if (manager_) manager_->show_state(show);
  }

 private:
  void ask(verb what, access kind) {
    const std::lock_guard guard(mutex_);
    answer_.reset();
    pass_on({what, kind, ++ticket_});
  }

  /// An answer that arrives later finds no request with its ticket.
  void give_up(access kind) {
    const std::lock_guard guard(mutex_);
    pass_on({verb::give_up, kind, ticket_++});
  }

  void tell(const message& said) {
    const std::lock_guard guard(mutex_);
    pass_on(said);
  }

  void pass_on(const message& said) {
    if (manager_)
      take_in(wire_.rank(), said);
    else
      wire_.send(wire_.root(), said);
  }

  void take_in(int from, const message& said) {
    if (said.what == verb::goodbye) {
      ++goodbyes_;
    } else if (manager_) {
      manager_->handle(from, said, [this](int to, const message& reply) {
        to == wire_.rank() ? remember(reply) : wire_.send(to, reply);
      });
    } else {
      remember(said);
    }
  }

  /// An answer to a request that was given up carries an old ticket, and is dropped.
  void remember(const message& reply) {
    if (reply.ticket != ticket_) return;
    if (reply.what == verb::writer_waits)
      told_in_ = ticket_;
    else
      answer_ = reply;
  }

  /// A try is answered at once, so waiting for the answer needs no deadline.
  template <class Clock>
  static basic_deadline<Clock> no_try(basic_deadline<Clock> until) {
    return until.is_at_once() ? until.never() : until;
  }

  template <class Clock, class Idle>
  std::optional<verb> await_answer(basic_deadline<Clock> until, Idle& idle) {
    const growing_nap nap(is_root() ? growing_nap::limits{} : Transport::naps);
    for (int in_vain = 0;;) {
      const bool busy = serve();
      const checker_note keeping(wire_, busy ? 1 : 0);
      if (const auto reply = take_answer()) return reply;
      if (until.passed()) return std::nullopt;
      if (busy || ++in_vain % Transport::looks != 0) continue;
      idle.idle();
      nap.take(until, idle);
    }
  }

  std::optional<verb> take_answer() {
    const std::lock_guard guard(mutex_);
    const auto reply = std::exchange(answer_, std::nullopt);
    if (!reply) return std::nullopt;
    sections_ = reply->sections;
    return reply->what;
  }

  int goodbyes() {
    const std::lock_guard guard(mutex_);
    return goodbyes_;
  }

  std::uint64_t sections_ = 0;  // only the owner uses it and the next one
  std::uint64_t asked_in_ = 0;  // the ticket of the section in which this rank asked to watch

  std::mutex mutex_;  // between the owner and a progress thread; guards all members below
  Transport wire_;
  std::optional<lock_manager<Fairness>> manager_;  // at the root
  std::optional<message> answer_;
  std::uint64_t ticket_ = 0;
  std::uint64_t told_in_ = 0;  // the ticket of the section in which another rank came to wait
  int goodbyes_ = 0;
};

}  // namespace mpilock
