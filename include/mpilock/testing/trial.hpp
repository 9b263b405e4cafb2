#pragma once
/// @file
/// @brief One composition on real MPI: all ways to enter, at random, and how long ranks wait.
/// @ingroup testing

#include <mpi.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "mpilock/testing/rendezvous.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing {

/// The measurements of a trial, over all ranks.
struct trial_result {
  std::int64_t sections = 0;        ///< entered
  std::int64_t fewest_by_rank = 0;  ///< sections of the rank that had the fewest …
  std::int64_t most_by_rank = 0;    ///< … and of the rank that had the most
  /// Waits of readers and of writers in microseconds: the median, the 99th percentile, the longest.
  std::array<std::array<double, 3>, 2> waits{};
};

/// One rank of a trial.
template <class Stage>
class trial_visitor {
  using clock = std::chrono::steady_clock;

 public:
  /// Local.
  explicit trial_visitor(Stage& on) : on_(on), dice_(static_cast<unsigned>(on.rank()) + 1) {}

  /// Tries once to enter, in a way that is chosen at random.
  void visit() {
    auto& ctrl = on_.ctrl;
    const std::chrono::microseconds patience(dice_() % 300);
    switch (dice_() % 8) {
      case 0:
        return in(access::write, [&] { return ctrl.write(); });
      case 1:
        return in(access::read, [&] { return ctrl.try_read(); });
      case 2:
        return in(access::write, [&] { return ctrl.try_write(); });
      case 3:
        return in(access::read, [&] { return ctrl.try_read_for(patience); });
      case 4:
        return in(access::write, [&] { return ctrl.try_write_for(patience); });
      case 5: {  // an upgrade: stops reading, writes, reads again
        const auto reading = ctrl.read();
        return in(access::write, [&] { return ctrl.write(); });
      }
      default:
        return in(access::read, [&] { return ctrl.read(); });
    }
  }

  /// The number of sections that this rank has entered.
  std::int64_t sections() const { return sections_; }

  /// Collective. The median, the 99th percentile and the longest wait, in microseconds: of each,
  /// the maximum over all ranks.
  std::array<double, 3> quantiles(access kind) {
    std::vector<double>& waits = waits_of(kind);
    std::ranges::sort(waits);
    std::array<double, 3> all{};
    const std::array<double, 3> shares{0.5, 0.99, 1};
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const double last = static_cast<double>(waits.empty() ? 0 : waits.size() - 1);
      const double mine = waits.empty() ? 0 : waits[static_cast<std::size_t>(last * shares[i])];
      const auto nanoseconds = static_cast<std::int64_t>(mine * 1000);
      all[i] = static_cast<double>(greatest(nanoseconds)) / 1000;
    }
    return all;
  }

  /// Collective. The maximum over all ranks.
  std::int64_t greatest(std::int64_t mine) {
    return reduce_over(on_.world(), mine, MPI_MAX, serving(on_.ctrl));
  }
  /// Collective. The minimum over all ranks.
  std::int64_t least(std::int64_t mine) { return -greatest(-mine); }

 private:
  template <class Enter>
  void in(access kind, Enter&& enter) {
    const auto begin = clock::now();
    const auto lock = enter();
    const std::chrono::duration<double, std::micro> took = clock::now() - begin;
    waits_of(kind).push_back(took.count());
    if (!lock) return;
    ++sections_;
    on_.judge.enter(kind);
    on_.judge.leave(kind);
  }
  std::vector<double>& waits_of(access kind) { return waits_[kind == access::write ? 1 : 0]; }

  Stage& on_;
  std::minstd_rand dice_;
  std::array<std::vector<double>, 2> waits_;
  std::int64_t sections_ = 0;
};

/// Collective. Every rank makes `visits` attempts to enter. The stage's judge sees violations.
template <class Stage>
trial_result try_out(Stage& on, int visits) {
  on.judge.move_to(on.part(0));
  on.meet();
  trial_visitor visitor(on);
  for (int i = 0; i < visits; ++i) visitor.visit();
  on.meet();
  return {.sections = on.sum(visitor.sections()),
          .fewest_by_rank = visitor.least(visitor.sections()),
          .most_by_rank = visitor.greatest(visitor.sections()),
          .waits = {visitor.quantiles(access::read), visitor.quantiles(access::write)}};
}

}  // namespace mpilock::testing
