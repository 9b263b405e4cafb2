/// @file
/// @brief Messages of a lock manager, whose instructions callgrind counts. The argument is the
/// number of ranks. compare_instructions runs this and finds the costs by the functions' names.
///
/// Each scene puts nearly all ranks where a search would find them, and then sends a few messages.

#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "mpilock/engine/messages/lock_manager.hpp"
#include "mpilock/fairness/fifo.hpp"
#include "mpilock/fairness/writer_preferring.hpp"
#include "mpilock/policy/message.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace {

using mpilock::access;
using mpilock::verb;

/// A manager, and the number of answers that it has given.
template <class Fairness>
class answering {
 public:
  explicit answering(int ranks) : manager_(ranks) {}

  void say(int from, verb what, access kind = access::read) {
    manager_.handle(from, {what, kind, 1}, [this](int, const mpilock::message&) { ++answers_; });
  }
  /// Ranks `first` to `last` - 1 request the lock.
  void enter(int first, int last, access kind) {
    for (int rank = first; rank < last; ++rank) say(rank, verb::enter, kind);
  }
  std::uint64_t answers() const { return answers_; }

 private:
  mpilock::lock_manager<Fairness> manager_;
  std::uint64_t answers_ = 0;
};

using by_kind = answering<mpilock::writer_preferring>;
using by_arrival = answering<mpilock::fifo>;

bool expect(const char* scene, std::uint64_t answers, std::uint64_t expected) {
  if (answers == expected) return true;
  std::cerr << scene << ": " << answers << " answers instead of " << expected << '\n';
  return false;
}

}  // namespace

// C names are the same for callgrind with every compiler.
extern "C" {

/// A rank in the middle of the queue gives up, and then the last one.
[[gnu::noinline]] void steps_of_give_up(by_kind& lock, int ranks) {
  lock.say(ranks / 2, verb::give_up);
  lock.say(ranks - 1, verb::give_up);
}
/// A writer leaves. Another one enters, which came after all the readers that wait.
[[gnu::noinline]] void steps_of_turn(by_kind& lock) { lock.say(0, verb::leave); }
/// A writer leaves, and one reader enters. A writer waits behind it, and more readers behind that
/// writer.
[[gnu::noinline]] void steps_of_turn_by_arrival(by_arrival& lock) { lock.say(0, verb::leave); }
/// A writer begins to wait. One of many readers has asked to be told, and leaves.
[[gnu::noinline]] void steps_of_watch(by_kind& lock, int ranks) {
  lock.say(ranks / 2, verb::watch);
  lock.say(ranks - 1, verb::enter, access::write);
  lock.say(ranks / 2, verb::leave);
}

/// Ends the count of the function that was called before.
[[gnu::noinline]] void steps_of_nothing() { asm volatile(""); }

}  // extern "C"

int main(int argc, char** argv) {
  const int ranks = argc > 1 ? std::atoi(argv[1]) : 10;
  bool sound = true;
  {
    by_kind lock(ranks);
    lock.enter(0, 1, access::write);
    lock.enter(1, ranks, access::read);
    steps_of_give_up(lock, ranks);
    steps_of_nothing();
    sound &= expect("give_up", lock.answers(), 1);
  }
  {
    by_kind lock(ranks);
    lock.enter(0, 1, access::write);
    lock.enter(1, ranks - 1, access::read);
    lock.enter(ranks - 1, ranks, access::write);
    steps_of_turn(lock);
    steps_of_nothing();
    sound &= expect("turn", lock.answers(), 2);
  }
  {
    by_arrival lock(ranks);
    lock.enter(0, 1, access::write);
    lock.enter(1, 2, access::read);
    lock.enter(2, 3, access::write);
    lock.enter(3, ranks, access::read);
    steps_of_turn_by_arrival(lock);
    steps_of_nothing();
    sound &= expect("turn_by_arrival", lock.answers(), 2);
  }
  {
    by_kind lock(ranks);
    lock.enter(0, ranks - 1, access::read);
    steps_of_watch(lock, ranks);
    steps_of_nothing();
    sound &= expect("watch", lock.answers(), static_cast<std::uint64_t>(ranks));
  }
  return sound ? 0 : 1;
}
