#pragma once
/// @file
/// @brief Writers are exclusive, readers see whole writes, and the epoch counts the writes exactly.
/// @ingroup testing

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "mpilock/testing/stage.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing::scenarios {

/// One rank's part in a random mix of sections over one controller.
template <class Stage>
class visitor {
 public:
  visitor(typename Stage::controller& ctrl, Stage& on)
      : ctrl_(ctrl),
        on_(on),
        dice_(on.how_much.seed * 10'000 + static_cast<unsigned>(ctrl.root() * 100 + ctrl.rank())) {}

  /// @return how often this rank wrote
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
    on_.expect(on_.file.read() == epoch());
    on_.judge.leave(access::read);
  }

  void write() {
    on_.judge.enter(access::write);
    ++sections_;
    on_.expect(on_.file.count_up() == epoch());
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

  /// Also verifies that the epoch never decreases.
  std::int64_t epoch() {
    const auto now = static_cast<std::int64_t>(ctrl_.epoch());
    on_.expect(now >= last_epoch_);
    return last_epoch_ = now;
  }

  typename Stage::controller& ctrl_;
  Stage& on_;
  std::minstd_rand dice_;
  std::int64_t sections_ = 0;
  std::int64_t last_epoch_ = 0;
};

/// Collective. All ranks do everything on a new controller with this root.
template <class Stage>
void free_for_all(Stage& on, int root) {
  typename Stage::controller ctrl(on.world(), root,
                                  {.name = on.name() + "_root_" + std::to_string(root)});
  on.judge.move_to(root);
  if (ctrl.rank() == root) on.file.reset();
  ctrl.barrier();
  const auto time = milliseconds(on.how_much.is_long ? 2000 : 150);
  visitor<Stage> visitor(ctrl, on);
  const std::int64_t mine = visitor.visit(on.how_much.is_long ? 100'000 : 150, time);
  ctrl.barrier();
  const std::int64_t all = sum_over(on.world(), mine, serving(ctrl));
  const auto lock = ctrl.read();
  on.expect(static_cast<std::int64_t>(ctrl.epoch()) == all);
  on.expect(on.file.read() == all);
}

struct exclusion {
  static constexpr std::string_view name = "exclusion";

  template <class Stage>
  static void play(Stage& on) {
    for (int root = 0; root < on.size(); ++root)
      if (on.how_much.roots.empty() || std::ranges::count(on.how_much.roots, root) > 0)
        free_for_all(on, root);
  }
};

struct readers_share {
  static constexpr std::string_view name = "readers_share";

  template <class Stage>
  static void play(Stage& on) {
    on.judge.move_to(on.part(0));
    {
      const auto lock = on.ctrl.read();
      on.judge.enter(access::read);
      on.meet();  // with all ranks inside
      on.expect(on.judge.readers_inside() == static_cast<std::uint64_t>(on.size()));
      on.meet();
      on.judge.leave(access::read);
    }
    const auto lock = on.ctrl.write();
    on.judge.enter(access::write);
    on.judge.leave(access::write);
  }
};

struct epoch_counts_writes {
  static constexpr std::string_view name = "epoch_counts_writes";

  template <class Stage>
  static void play(Stage& on) {
    const auto epoch_inside = [&] {
      const auto lock = on.ctrl.read();
      return on.ctrl.epoch();
    };
    const auto before = epoch_inside();
    on.meet();
    const auto attempt = [&] {
      return on.ctrl.try_write_for(microseconds(50)).owns_lock() ? 1 : 0;
    };
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
    on.expect(epoch_inside() == before + all);
  }
};

}  // namespace mpilock::testing::scenarios
