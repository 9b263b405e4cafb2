#pragma once
/// @file
/// @brief One rank that enters a lock in all ways, chosen at random, and counts the results.

#include <array>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <random>
#include <string_view>
#include <thread>

#include "mpilock/testing/counter_file.hpp"
#include "mpilock/testing/section_judge.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "stress/wait_times.hpp"

namespace stress {

/// The counts of one rank, or of all ranks after `gather`.
struct diary {
  static constexpr std::array<std::string_view, 9> kinds{"read",      "write",    "try_read",
                                                         "try_write", "read_for", "write_for",
                                                         "nested",    "upgraded", "upgraded_for"};
  std::array<std::int64_t, kinds.size()> entered{};  ///< sections, by kind
  std::array<std::int64_t, kinds.size()> refused{};  ///< attempts that failed, by kind
  std::int64_t written = 0;                          ///< write sections among them
  std::int64_t wrong_epochs = 0;  ///< the epoch was not the number of writes, or went back
  wait_times waits;               ///< of all attempts, failed ones too

  std::int64_t sections() const {
    return std::accumulate(entered.begin(), entered.end(), std::int64_t{0});
  }
};

/// Asks the judge in every section, and compares the epoch with a number in a file that every
/// writer increments.
template <class Controller>
class visitor {
 public:
  using clock = std::chrono::steady_clock;
  using access = mpilock::access;

  visitor(Controller& ctrl, mpilock::testing::section_judge& judge,
          mpilock::testing::counter_file& file, std::uint64_t seed)
      : ctrl_(ctrl),
        judge_(judge),
        file_(file),
        dice_(seed * 1000 + static_cast<std::uint64_t>(ctrl.rank())) {}

  /// One attempt to enter, of any kind. @return whether it entered
  bool visit() {
    constexpr std::array<std::size_t, 16> odds{0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8};
    const std::size_t kind = odds[roll(odds.size())];
    const bool entered = attempt(kind);
    ++(entered ? found_.entered : found_.refused)[kind];
    if (roll(8) == 0) linger();
    return entered;
  }

  const diary& found() const noexcept { return found_; }

 private:
  bool attempt(std::size_t kind) {
    switch (kind) {
      case 0:
        return visit_with(access::read, [&] { return ctrl_.read(); });
      case 1:
        return visit_with(access::write, [&] { return ctrl_.write(); });
      case 2:
        return visit_with(access::read, [&] { return ctrl_.try_read(); });
      case 3:
        return visit_with(access::write, [&] { return ctrl_.try_write(); });
      case 4:
        return visit_with(access::read, [&] { return ctrl_.try_read_for(patience()); });
      case 5:
        return visit_with(access::write, [&] { return ctrl_.try_write_for(patience()); });
      case 6:
        return nest();
      case 7:
        return upgrade([&] { return ctrl_.write(); });
      default:
        return upgrade([&] { return ctrl_.try_write_for(patience()); });
    }
  }

  template <class Enter>
  bool visit_with(access kind, Enter&& enter) {
    auto lock = timed(enter);
    if (!lock) return false;
    kind == access::read ? read() : write();
    return true;
  }

  /// Released in another order: the read section inside the write section outlives it.
  bool nest() {
    auto outer = timed([&] { return ctrl_.write(); });
    auto inner = ctrl_.read();
    write();
    outer.unlock();
    read();
    return true;
  }

  /// @return whether it was upgraded; it reads before and after in any case
  template <class Enter>
  bool upgrade(Enter&& enter) {
    auto outer = timed([&] { return ctrl_.read(); });
    read();
    const bool upgraded = visit_with(access::write, enter);
    read();
    return upgraded;
  }

  template <class Enter>
  auto timed(Enter&& enter) {
    const auto begin = clock::now();
    auto lock = enter();
    found_.waits.add(clock::now() - begin);
    return lock;
  }

  void read() {
    judge_.enter(access::read);
    compare(file_.read());
    linger();
    compare(file_.read());
    judge_.leave(access::read);
  }

  void write() {
    judge_.enter(access::write);
    ++found_.written;
    compare(file_.count_up());
    linger();
    compare(file_.read());
    judge_.leave(access::write);
  }

  void compare(std::int64_t expected) {
    const auto now = static_cast<std::int64_t>(ctrl_.epoch());
    if (now != expected || now < last_epoch_) ++found_.wrong_epochs;
    last_epoch_ = now;
  }

  /// Mostly does nothing. Sometimes waits long enough for others to come, or to fall asleep.
  void linger() {
    const std::uint64_t how = roll(256);
    if (how < 32) std::this_thread::yield();
    if (how == 255) std::this_thread::sleep_for(std::chrono::microseconds(100));
  }

  std::chrono::microseconds patience() {
    return std::chrono::microseconds(static_cast<std::int64_t>(roll(300)));
  }

  std::uint64_t roll(std::uint64_t sides) { return dice_() % sides; }

  Controller& ctrl_;
  mpilock::testing::section_judge& judge_;
  mpilock::testing::counter_file& file_;
  std::mt19937_64 dice_;
  diary found_;
  std::int64_t last_epoch_ = 0;
};

}  // namespace stress
