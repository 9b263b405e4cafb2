/// @file
/// @brief Writers are alone, readers see whole writes, and the epoch counts exactly the writes.

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <random>

#include "scenario.hpp"

namespace mpilock_test {
namespace {

using mpilock::access;
using std::chrono::microseconds;
using clock = std::chrono::steady_clock;

/// One rank's part in a free-for-all over one controller.
template <class C>
class visitor {
 public:
  visitor(typename C::controller& ctrl, stage<C>& on)
      : ctrl_(ctrl),
        on_(on),
        dice_(static_cast<unsigned>(C::index * 10'000) + static_cast<unsigned>(ctrl.root() * 100) +
              static_cast<unsigned>(ctrl.rank())) {}

  /// @return how many times this rank wrote
  std::int64_t visit(int rounds, clock::duration time) {
    const auto end = clock::now() + time;
    for (int i = 0; i < rounds && clock::now() < end; ++i) visit_once();
    return sections_;
  }

 private:
  void visit_once() {
    switch (dice_() % 12) {
      case 0:
      case 1:
      case 2:
        if (auto lock = ctrl_.read()) read();
        break;
      case 3:
      case 4:
        if (auto lock = ctrl_.write()) write();
        break;
      case 5:
        if (auto lock = ctrl_.try_read()) read();
        break;
      case 6:
        if (auto lock = ctrl_.try_write()) write();
        break;
      case 7:
        if (auto lock = ctrl_.try_read_for(patience())) read();
        break;
      case 8:
        if (auto lock = ctrl_.try_write_for(patience())) write();
        break;
      case 9:
        upgrade();
        break;
      case 10:
        upgrade_in_time();
        break;
      default:
        nest();
        break;
    }
  }

  void read() {
    on_.judge.enter(access::read);
    BOOST_TEST(on_.file.read() == epoch());
    on_.judge.leave(access::read);
  }

  void write() {
    on_.judge.enter(access::write);
    ++sections_;
    BOOST_TEST(on_.file.count_up() == epoch());
    on_.judge.leave(access::write);
  }

  void upgrade() {
    auto outer = ctrl_.read();
    read();
    {
      auto inner = ctrl_.write();
      write();
    }
    read();
  }

  void upgrade_in_time() {
    auto outer = ctrl_.read();
    if (auto inner = ctrl_.try_write_for(patience())) write();
    read();
  }

  void nest() {
    auto outer = ctrl_.write();
    auto inner = ctrl_.read();
    write();
    outer.unlock();
    read();
  }

  microseconds patience() { return microseconds(dice_() % 300); }

  /// Sees to it that it never goes back, too.
  std::int64_t epoch() {
    const auto now = static_cast<std::int64_t>(ctrl_.epoch());
    BOOST_TEST(now >= last_epoch_);
    return last_epoch_ = now;
  }

  typename C::controller& ctrl_;
  stage<C>& on_;
  std::minstd_rand dice_;
  std::int64_t sections_ = 0;
  std::int64_t last_epoch_ = 0;
};

/// Collective. Everybody does everything on a fresh controller with this root.
template <class C>
void free_for_all(stage<C>& on, int root) {
  BOOST_TEST_CONTEXT("root " << root) {
    typename C::controller ctrl(on.world(), root,
                                {.name = C::name() + "_root_" + std::to_string(root)});
    on.judge.move_to(root);
    if (ctrl.rank() == root) on.file.reset();
    ctrl.barrier();
    const auto time = std::chrono::milliseconds(is_long_form() ? 2000 : 150);
    visitor<C> visitor(ctrl, on);
    const std::int64_t mine = visitor.visit(is_long_form() ? 100'000 : 150, time);
    ctrl.barrier();
    const std::int64_t all = sum_over(on.world(), mine, serving(ctrl));
    const auto lock = ctrl.read();
    BOOST_TEST(static_cast<std::int64_t>(ctrl.epoch()) == all);
    BOOST_TEST(on.file.read() == all);
  }
}

/// Whether this composition plays with this root: with each of them where there are 2 at most, and
/// in the long form. Else the compositions that run share them out: each is root once per backend.
template <class C>
bool plays_with(int root, int ranks) {
  if (is_long_form() || ranks <= 2) return true;
  const auto [place, all] = place_in_launch<C>();
  return static_cast<std::size_t>(root) % all == place % static_cast<std::size_t>(ranks);
}

const scenario exclusion("exclusion", __FILE__, __LINE__, []<class C>(stage<C>& on) {
  for (int root = 0; root < on.size(); ++root)
    if (plays_with<C>(root, on.size())) free_for_all(on, root);
});

const scenario readers_share("readers_share", __FILE__, __LINE__, [](auto& on) {
  on.judge.move_to(on.part(0));
  {
    const auto lock = on.ctrl.read();
    on.judge.enter(access::read);
    on.meet();  // with all ranks inside
    BOOST_TEST(on.judge.readers_inside() == static_cast<std::uint64_t>(on.size()));
    on.meet();
    on.judge.leave(access::read);
  }
  const auto lock = on.ctrl.write();
  on.judge.enter(access::write);
  on.judge.leave(access::write);
});

const scenario epoch_counts_writes("epoch_counts_writes", __FILE__, __LINE__, [](auto& on) {
  const auto epoch_inside = [&] {
    const auto lock = on.ctrl.read();
    return on.ctrl.epoch();
  };
  const auto before = epoch_inside();
  on.meet();
  const auto attempt = [&] { return on.ctrl.try_write_for(microseconds(50)).owns_lock() ? 1 : 0; };
  int written = 2;
  { const auto lock = on.ctrl.write(); }
  { const auto lock = on.ctrl.read(); }
  {
    const auto outer = on.ctrl.write();
    const auto inner = on.ctrl.write();
  }
  for (int i = 0; i < 5; ++i) written += attempt();
  on.meet();
  const auto all = static_cast<std::uint64_t>(on.sum(written));
  BOOST_TEST(epoch_inside() == before + all);
});

}  // namespace
}  // namespace mpilock_test
