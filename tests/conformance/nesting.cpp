/// @file
/// @brief Locks within locks, and release in any order.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "scenario.hpp"

namespace mpilock_test {
namespace {

using mpilock::access;

/// What another rank may do while the locks of a state are held.
enum class others : std::int64_t { do_anything, only_read, do_nothing, go_home };

/// Part 1 tries, on request of part 0, whether what others may do is what it should be.
template <class C>
void referee(stage<C>& on) {
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

/// Locks and unlocks, and asks the referee after each step, if that is wanted.
template <class C>
class nester {
 public:
  nester(stage<C>& on, bool asks) : on_(on), asks_(asks) {}

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
    BOOST_TEST(on_.hear(1) == 1, "the others' view is wrong after " << done_ << " with " << reads_
                                                                    << " reads and " << writes_
                                                                    << " writes held");
  }
  int& count(access kind) { return kind == access::read ? reads_ : writes_; }

  stage<C>& on_;
  bool asks_;
  int reads_ = 0;
  int writes_ = 0;
  std::string done_;
};

/// All ways to take `depth` locks, of either kind each, and all orders to release them in.
template <class C>
void nest_in_every_way(stage<C>& on, std::size_t depth, bool asks) {
  for (unsigned kinds = 0; kinds < 1U << depth; ++kinds) {
    std::vector<access> held;
    for (std::size_t i = 0; i < depth; ++i)
      held.push_back((kinds >> i & 1U) != 0 ? access::write : access::read);
    std::vector<access> release = held;
    std::sort(release.begin(), release.end());
    do {
      nester nested(on, asks);
      for (const access kind : held) nested.lock(kind);
      for (const access kind : release) nested.unlock(kind);
    } while (std::next_permutation(release.begin(), release.end()));
  }
}

const scenario nesting("nesting", __FILE__, __LINE__, [](auto& on) {
  if (on.plays(0)) {
    const bool asks = on.size() > 1;
    nest_in_every_way(on, 2, asks);
    nest_in_every_way(on, 3, asks && is_long_form());
    if (asks) on.tell(1, static_cast<std::int64_t>(others::go_home));
  } else if (on.plays(1)) {
    referee(on);
  }
});

}  // namespace
}  // namespace mpilock_test
