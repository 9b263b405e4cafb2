#pragma once
/// @file
/// @brief A controller of one composition and what its scenarios play with.

#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "../support/counter_file.hpp"
#include "../support/oracle.hpp"
#include "../support/ranks.hpp"
#include "composition.hpp"

namespace mpilock_test {

/// Closes the stage that is open, of whichever composition; empty if none is.
inline std::function<void()>& open_stage() {
  static std::function<void()> close;
  return close;
}

/// Collective.
inline void close_open_stage() {
  if (open_stage()) std::exchange(open_stage(), nullptr)();
}

/// What all compositions share: windows and files are dear to make.
struct properties {
  oracle judge{MPI_COMM_WORLD};
  counter_file file{MPI_COMM_WORLD};
};

/// Collective the first time.
inline properties& shared_properties() {
  static std::unique_ptr<properties> all;
  if (!all) {
    all = std::make_unique<properties>();
    before_finalize([] {
      close_open_stage();
      all->judge.free();
      all.reset();
    });
  }
  return *all;
}

/// One composition's controller, which its scenarios use one after the other. Between two scenarios
/// nobody holds it and all ranks have met.
template <class C>
class stage {
 public:
  using controller = typename C::controller;

  /// Collective. The stage of this composition; the one before, if it was another's, is closed.
  static stage& current() {
    static std::unique_ptr<stage> mine;
    if (!mine) {
      close_open_stage();
      mine.reset(new stage);
      open_stage() = [] { mine.reset(); };
    }
    return *mine;
  }

  /// All messages and counts of the tests use this communicator.
  static MPI_Comm world() { return MPI_COMM_WORLD; }

  int rank() const { return ctrl.rank(); }
  int size() const { return ctrl.size(); }
  /// A part in a scenario: number 0 is the root, and they go on from there.
  int part(int number) const { return (ctrl.root() + number) % size(); }
  bool plays(int number) const { return rank() == part(number); }

  /// Collective.
  void meet() { ctrl.barrier(); }
  /// To and from a part; a root serves the others meanwhile.
  void tell(int number, std::int64_t what = 0) {
    mpilock_test::tell(world(), part(number), what, serving(ctrl));
  }
  std::int64_t hear(int number) { return mpilock_test::hear(world(), part(number), serving(ctrl)); }
  bool has_news(int number) { return mpilock_test::has_news(world(), part(number)); }
  /// Collective.
  std::int64_t sum(std::int64_t mine) { return sum_over(world(), mine, serving(ctrl)); }

  /// Whether a try succeeds in the end. What another rank has just released may still be on its way
  /// to a lock manager, so a try may come too early; it may not fail for ever.
  template <class Try>
  bool eventually(Try&& attempt) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!attempt()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      ctrl.progress();
    }
    return true;
  }

  controller ctrl;
  oracle& judge;
  counter_file& file;

 private:
  stage()
      : ctrl(world(), static_cast<int>(C::index + 1) % size_of(world()), {.name = C::name()}),
        judge(shared_properties().judge),
        file(shared_properties().file) {}
};

}  // namespace mpilock_test
