#pragma once
/// @file
/// @brief Locks within locks, and release in any order.
/// @ingroup testing

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mpilock/testing/stage.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing::scenarios {

/// The accesses that another rank may have while the locks of a state are held.
enum class others : std::int64_t { do_anything, only_read, do_nothing, go_home };

/// When part 0 asks, part 1 tries whether it can enter exactly as it should.
template <class Stage>
void referee(Stage& on) {
  for (;;) {
    const auto expected = static_cast<others>(on.hear(0));
    if (expected == others::go_home) return;
    const auto reads = [&] { return on.ctrl.try_read().owns_lock(); };
    const auto writes = [&] { return on.ctrl.try_write().owns_lock(); };
    bool as_expected = false;
    switch (expected) {
      case others::do_nothing:
        as_expected = !reads() && !writes();
        break;
      case others::only_read:
        as_expected = !writes() && on.eventually(reads);
        break;
      default:
        as_expected = on.eventually(writes);
        break;
    }
    on.tell(0, as_expected ? 1 : 0);
  }
}

/// Locks and unlocks, and asks the referee after each step if `asks` is set.
template <class Stage>
class nested_sections {
 public:
  nested_sections(Stage& on, bool asks) : on_(on), asks_(asks) {}

  void lock(access kind) {
    kind == access::read ? on_.ctrl.lock_shared() : on_.ctrl.lock();
    ++count(kind);
    check("+");
  }
  void unlock(access kind) {
    kind == access::read ? on_.ctrl.unlock_shared() : on_.ctrl.unlock();
    --count(kind);
    check("-");
  }

 private:
  void check(const char* step) {
    done_ += step;
    if (!asks_) return;
    const others expected = writes_ > 0  ? others::do_nothing
                            : reads_ > 0 ? others::only_read
                                         : others::do_anything;
    on_.tell(1, static_cast<std::int64_t>(expected));
    on_.expect(on_.hear(1) == 1, "the others' view is right after " + done_ + " with " +
                                     std::to_string(reads_) + " reads and " +
                                     std::to_string(writes_) + " writes held");
  }
  int& count(access kind) { return kind == access::read ? reads_ : writes_; }

  Stage& on_;
  bool asks_;
  int reads_ = 0;
  int writes_ = 0;
  std::string done_;
};

/// All ways to take `depth` locks of either kind, and all orders in which to release them.
template <class Stage>
void nest_in_every_way(Stage& on, std::size_t depth, bool asks) {
  for (unsigned kinds = 0; kinds < 1U << depth; ++kinds) {
    std::vector<access> held;
    for (std::size_t i = 0; i < depth; ++i)
      held.push_back((kinds >> i & 1U) != 0 ? access::write : access::read);
    std::vector<access> release = held;
    std::sort(release.begin(), release.end());
    do {
      nested_sections nested(on, asks);
      for (const access kind : held) nested.lock(kind);
      for (const access kind : release) nested.unlock(kind);
    } while (std::next_permutation(release.begin(), release.end()));
  }
}

struct nesting {
  static constexpr std::string_view name = "nesting";

  template <class Stage>
  static void play(Stage& on) {
    if (on.plays(0)) {
      const bool asks = on.size() > 1;
      nest_in_every_way(on, 2, asks);
      nest_in_every_way(on, 3, asks && on.how_much.is_long);
      if (asks) on.tell(1, static_cast<std::int64_t>(others::go_home));
    } else if (on.plays(1)) {
      referee(on);
    }
  }
};

}  // namespace mpilock::testing::scenarios
