#pragma once
/// @file
/// @brief The real lock, called by one rank of a program under the checker.

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "mpilock/engine/reentrant_lock.hpp"
#include "mpilock/testing/checked_site.hpp"
#include "mpilock/testing/checker/scheduled.hpp"
#include "mpilock/testing/checker/session.hpp"
#include "mpilock/testing/program.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock::testing {

/// What a rank may touch at this moment, whatever the lock's own state says.
enum class claim : std::uint8_t { none, read, write };

/// Where a rank's code has come to.
struct standing {
  operation next;              ///< `choose` if it is outside every call
  holding held;                ///< before the call that is under way
  action call = action::read;  ///< that call
  claim claims = claim::none;  ///< upgrading by a try, or downgrading, it reads on meanwhile
  watch vain;                  ///< what it waits to see changed, at a `pause`
  std::uint64_t sections = 0;  ///< as the lock tells, at `choose`
  std::uint64_t request = 0;   ///< ticket of its last request, where there are messages
  std::uint64_t ticket = 0;    ///< 1 or 2, of its next wait, where there are mailboxes
  std::string key;             ///< equal keys, equal futures; empty where the history tells
  std::string lasting;         ///< of the key, what outlasts a rest of everybody
};

/// Collects what a lock describes.
class description {
 public:
  explicit description(bool counts_sections) : counts_(counts_sections) {}

  void operator()(std::uint64_t value) {
    text_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void sections(std::uint64_t value) {
    if (counts_) (*this)(value);
  }
  /// Tickets 1 and 2 are two names for the same: states that differ by them alone are one.
  void ticket(std::uint64_t value) { ticket_ = value; }

  /// The number of the last request doesn't count: what does is how far behind it an answer is.
  void request(std::uint64_t value) { request_ = value; }

  /// What a rank remembers of its past even when everybody is outside.
  void lasting(std::uint64_t value) {
    lasting_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }

  const std::string& text() const { return text_; }
  const std::string& lasting() const { return lasting_; }
  std::uint64_t request() const { return request_; }
  std::uint64_t ticket() const { return ticket_; }

 private:
  bool counts_;
  std::uint64_t ticket_ = 0;
  std::uint64_t request_ = 0;
  std::string text_;
  std::string lasting_;
};

/// Runs one rank against recorded answers: the first tells what it calls, the next ones what each
/// step of that call brings, and so on.
using rank_code = std::function<standing(int rank, std::span<const std::uint64_t> answers)>;

/// The code of `Lock`, a lock's end that is made from a `checked_site`, below the library's own nesting.
template <class Lock>
class code_of {
 public:
  code_of(int size, bool counts_sections) : size_(size), counts_(counts_sections) {}

  standing operator()(int rank, std::span<const std::uint64_t> answers) const {
    standing now;
    standing at_last;  // before anything was unwound
    reentrant_lock<Lock> lock;
    session code(answers, [&] {
      at_last = now;
      at_last.next = code.pending();
      at_last.vain = code.seen_in_vain();
      give_key(at_last, *lock.engine(), code);
    });
    scheduled_clock::current = &code;
    lock.engine().emplace(checked_site{rank, size_, code, counts_});
    while (!code.is_over()) {
      now.call = static_cast<action>(code.next_answer());
      now.claims = claim_during(now.call, now.held);
      code.begin_call();
      try {
        call(lock, now, code);
      } catch (const suspended&) {
      } catch (const idling_failed&) {
      }
      now.claims = claim_of(now.held);
    }
    if (code.is_suspended()) return at_last;
    now.sections = lock.engine()->sections();
    give_key(now, *lock.engine(), code);
    return now;
  }

 private:
  [[gnu::noinline]] static void call(reentrant_lock<Lock>& lock, standing& now, session& code) {
    using deadline = basic_deadline<scheduled_clock>;
    scheduled_idle idle(code);
    const access kind = kind_of(now.call);
    std::uint8_t& depth = kind == access::read ? now.held.reads : now.held.writes;
    switch (now.call) {
      case action::read:
      case action::write:
        if (lock.acquire(kind, deadline::never(), idle)) ++depth;
        break;
      case action::try_read:
      case action::try_write:
        if (lock.acquire(kind, deadline::at_once(), idle)) ++depth;
        break;
      case action::timed_read:
      case action::timed_write:
        if (lock.acquire(kind, scheduled_clock::some_time(), idle)) ++depth;
        break;
      case action::unlock_read:
      case action::unlock_write:
        --depth;
        lock.release(kind);
        break;
      case action::progress:
        lock.engine()->progress();
        break;
    }
  }

  static claim claim_of(const holding& held) {
    if (held.writes > 0) return claim::write;
    return held.reads > 0 ? claim::read : claim::none;
  }

  /// A call that may fail without waiting, and one that only changes the mode, leave no gap.
  static claim claim_during(action what, const holding& held) {
    const claim before = claim_of(held);
    if (what == action::progress) return before;
    if (acquires(what)) {
      const bool upgrades =
          before == claim::read && kind_of(what) == access::write && what != action::try_write;
      return upgrades ? claim::none : before;
    }
    holding after = held;
    --(kind_of(what) == access::read ? after.reads : after.writes);
    return claim_of(after);
  }

  void give_key(standing& now, const Lock& lock, const session& code) const {
    const bool at_rest = now.next.what == step_kind::choose;
    if (!at_rest && code.key().empty()) return;
    description state(counts_);
    lock.show_state(state);
    now.ticket = state.ticket();
    now.request = state.request();
    now.key = {at_rest ? 'r' : 'c', static_cast<char>(now.held.reads),
               static_cast<char>(now.held.writes), at_rest ? '-' : static_cast<char>(now.call)};
    now.lasting = state.lasting();
    now.key += code.key() + state.text() + now.lasting;
    // Names change at rest alone: within a call a ticket may be in another rank's hands.
    if (!at_rest) now.key += static_cast<char>(now.ticket);
  }

  int size_;
  bool counts_;
};

}  // namespace mpilock::testing
