#pragma once
/// @file
/// @brief A reader holds, a writer waits, another reader arrives: which rank enters first.
/// @ingroup testing

#include <chrono>
#include <cstdint>
#include <string_view>

#include "mpilock/policy/census.hpp"
#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/policy/turn.hpp"
#include "mpilock/testing/stage.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing::scenarios {

/// The policy's answer for a reader that arrives while another reader is inside and a writer waits.
/// The row of readers has begun with the reader that is inside.
template <class Fairness>
class late_reader {
  static constexpr std::uint32_t last_row = longest_row<Fairness>();
  static constexpr std::uint32_t first_row = last_row > 0 ? 1 : 0;

 public:
  /// Whether the late reader is admitted, however many readers have been inside in a row.
  static constexpr bool always_enters = [] {
    for (std::uint32_t row = first_row; row <= last_row; ++row)
      if (!Fairness::admits(access::read, census{1, 0, 1, row, 0})) return false;
    return true;
  }();

  /// Whether the writer enters first, after both have waited and the reader inside has left. If the
  /// policy goes by arrival, this test can't tell: a writer that keeps the reader out has announced
  /// itself, but may still be about to draw its position in the queue.
  static constexpr bool is_behind_writer =
      Fairness::next(census{0, 1, 1, last_row, 0}) == turn::one_writer;
};

/// The three parts, shifted so that the root plays each part in turn.
template <class Stage>
class three_parts {
 public:
  three_parts(Stage& on, int shift)
      : on_(on),
        reader_(shift % on.size()),
        writer_((shift + 1) % on.size()),
        late_((shift + 2) % on.size()) {}

  void play() {
    on_.ctrl.lock_shared();
    before_ = on_.ctrl.epoch();
    on_.meet();  // all know the epoch
    on_.ctrl.unlock_shared();
    on_.meet();
    if (on_.plays(reader_)) hold();
    if (on_.plays(writer_)) wait_to_write();
    if (on_.plays(late_)) arrive_late();
    on_.meet();
  }

 private:
  /// The first reader stays inside until the late reader tells it to leave.
  void hold() {
    on_.ctrl.lock_shared();
    on_.tell(writer_);
    on_.hear(late_);
    on_.expect(on_.ctrl.epoch() == before_);
    on_.ctrl.unlock_shared();
  }

  void wait_to_write() {
    on_.hear(reader_);
    on_.tell(late_);
    on_.ctrl.lock();
    on_.expect(on_.ctrl.epoch() == before_ + 1);
    on_.ctrl.unlock();
  }

  void arrive_late() {
    on_.hear(writer_);
    if constexpr (!late_reader<typename Stage::fairness>::always_enters) {
      arrive_behind_writer();
    } else {
      arrive_before_writer();
    }
  }

  /// While the first reader is inside, a try can fail only because the writer waits.
  void arrive_behind_writer() {
    on_.expect(on_.eventually([&] { return !on_.ctrl.try_read().owns_lock(); }));
    on_.expect(!on_.ctrl.try_read_for(milliseconds(2)).owns_lock());
    on_.expect(!on_.ctrl.try_read().owns_lock());
    on_.tell(reader_);
    const auto lock = on_.ctrl.read();
    if (late_reader<typename Stage::fairness>::is_behind_writer)
      on_.expect(on_.ctrl.epoch() == before_ + 1, "the reader comes after the writer that waited");
  }

  /// No try tells whether the writer already waits. So the reader comes again and again, until the
  /// writer has had time to wait. The first reader is inside all the time. A try may meet the
  /// writer just as it announces itself, so more than one may be needed.
  void arrive_before_writer() {
    const auto end = std::chrono::steady_clock::now() + milliseconds(10);
    bool enters = true;
    for (int i = 0; enters && (i < 5 || std::chrono::steady_clock::now() < end); ++i) {
      enters = comes_in([&] { return on_.ctrl.try_read_for(seconds(20)); }) &&
               on_.eventually([&] { return comes_in([&] { return on_.ctrl.try_read(); }); });
    }
    on_.expect(enters, "a reader enters while a writer only waits");
    on_.tell(reader_);
  }

  template <class Read>
  bool comes_in(Read&& read) {
    const auto lock = read();
    if (lock) on_.expect(on_.ctrl.epoch() == before_, "the writer has not come in");
    return lock.owns_lock();
  }

  Stage& on_;
  int reader_;
  int writer_;
  int late_;
  std::uint64_t before_ = 0;
};

struct order_of_entry {
  static constexpr std::string_view name = "order_of_entry";

  template <class Stage>
  static void play(Stage& on) {
    if (on.size() < 3) return;
    for (int shift = 0; shift < 3; ++shift) three_parts<Stage>(on, shift).play();
  }
};

}  // namespace mpilock::testing::scenarios
