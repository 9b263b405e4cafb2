#pragma once
/// @file
/// @brief The real lock, called by one rank of a program under the checker.

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "mpilock/engine/acquire.hpp"
#include "mpilock/engine/reentrant_lock.hpp"
#include "mpilock/testing/checked_site.hpp"
#include "mpilock/testing/checker/scheduled.hpp"
#include "mpilock/testing/checker/session.hpp"
#include "mpilock/testing/program.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/deadline.hpp"

namespace mpilock::testing {

/// The access that a rank may use at this moment, whatever the lock's own state says.
enum class claim : std::uint8_t { none, read, write };

/// The point that a rank's code has reached.
struct standing {
  operation next;              ///< `choose` if the rank is outside every call
  holding held;                ///< before the call that is under way
  action call = action::read;  ///< the call that is under way
  claim claims = claim::none;  ///< during an upgrade by a try, or a downgrade, the rank reads on
  watch vain;                  ///< what the rank expects to change, at a `pause`
  std::uint64_t sections = 0;  ///< the lock's count, at `choose`
  std::uint64_t request = 0;   ///< the ticket of its last request, if there are messages
  std::uint64_t ticket = 0;    ///< 1 or 2, the ticket of its next wait, if there are mailboxes
  std::string key;             ///< equal keys have equal futures; empty if only the history tells
  std::string lasting;         ///< the part of the key that remains when all ranks are at rest
};

/// Collects the values that a lock shows.
class description {
 public:
  explicit description(bool counts_sections) : counts_(counts_sections) {}

  void operator()(std::uint64_t value) {
    text_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void sections(std::uint64_t value) {
    if (counts_) (*this)(value);
  }
  /// Tickets 1 and 2 are only names: states that differ only in them are one state.
  void ticket(std::uint64_t value) { ticket_ = value; }

  /// The number of the last request doesn't count. Only the distance of an answer to it counts.
  void request(std::uint64_t value) { request_ = value; }

  /// The values that a rank remembers even when all ranks are outside.
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

/// Runs one rank with recorded answers. The first answer says which call the rank makes, the next
/// ones answer the steps of that call, and so on.
using rank_code = std::function<standing(int rank, std::span<const std::uint64_t> answers)>;

/// The code of `Lock`, one end of a lock that is made from a `checked_site`, below the library's
/// own nesting.
template <class Lock>
class code_of {
 public:
  code_of(int size, bool counts_sections) : size_(size), counts_(counts_sections) {}

  standing operator()(int rank, std::span<const std::uint64_t> answers) const {
    standing now;
    standing at_last;  // before any frame was unwound
    reentrant_lock<Lock> lock;
    session code(answers, [&] {
      at_last = now;
      at_last.next = code.pending();
      at_last.vain = code.seen_in_vain();
      give_key(at_last, *lock.lock_end(), code);
    });
    scheduled_clock::current = &code;
    lock.lock_end().emplace(checked_site{rank, size_, code, counts_});
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
    now.sections = lock.lock_end()->sections();
    give_key(now, *lock.lock_end(), code);
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
        if (acquire(lock, kind, deadline::never(), idle)) ++depth;
        break;
      case action::try_read:
      case action::try_write:
        if (acquire(lock, kind, deadline::at_once(), idle)) ++depth;
        break;
      case action::timed_read:
      case action::timed_write:
        if (acquire(lock, kind, scheduled_clock::some_time(), idle)) ++depth;
        break;
      case action::unlock_read:
      case action::unlock_write:
        --depth;
        lock.release(kind);
        break;
      case action::progress:
        lock.lock_end()->progress();
        break;
    }
  }

  static claim claim_of(const holding& held) {
    if (held.writes > 0) return claim::write;
    return held.reads > 0 ? claim::read : claim::none;
  }

  /// A call that may fail without waiting leaves no gap, nor does a call that only changes the
  /// mode.
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
    // Names change only at rest, because another rank may hold a ticket within a call.
    if (!at_rest) now.key += static_cast<char>(now.ticket);
  }

  int size_;
  bool counts_;
};

}  // namespace mpilock::testing
