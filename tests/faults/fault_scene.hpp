#pragma once
/// @file
/// @brief A controller that some ranks use while others are frozen.

#include <mpi.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>

#include "faults/cast.hpp"
#include "stress/aftermath.hpp"
#include "support/environment.hpp"

namespace faults {

/// Collective the first time.
inline stage& shared_stage() {
  static std::unique_ptr<stage> only;
  if (!only) {
    only = std::make_unique<stage>(MPI_COMM_WORLD);
    mpilock_test::before_finalize([] {
      only->judge.free();
      only.reset();
    });
  }
  return *only;
}

template <class Backend>
class fault_scene {
 public:
  using controller = mpilock::basic_window_controller<Backend, mpilock::writer_preferring,
                                                      mpilock::polling_progress>;

  explicit fault_scene(const std::string& name)
      : on(shared_stage()), name_(name), ctrl(MPI_COMM_WORLD, root, {.name = name}) {
    if (on.me() == root) on.file.reset();
    on.begin_scene();
    ctrl.barrier();
  }

  /// Waits, and serves the other ranks.
  void await(int rank, int step) { on.await(rank, step, mpilock_test::serving(ctrl)); }
  /// Waits like a rank that computes: it calls neither the library nor MPI.
  void await_outside(int rank, int step) { on.await(rank, step, mpilock_test::yielding()); }

  void write_alone() {
    on.judge.enter(mpilock::access::write);
    on.file.count_up();
    ++written_;
    on.judge.leave(mpilock::access::write);
  }

  /// No attempt to enter may succeed, while another rank is inside or waits to write.
  void fail_to_enter() {
    for (int i = 0; i < 3; ++i) {
      timed([&] { return ctrl.try_write_for(std::chrono::milliseconds(20)).owns_lock(); });
      timed([&] { return ctrl.try_read_for(std::chrono::milliseconds(20)).owns_lock(); });
      timed([&] { return ctrl.try_write().owns_lock(); });
      timed([&] { return ctrl.try_read().owns_lock(); });
    }
  }

  /// Where turns are not handed over, a writer may pass a called rank that doesn't come. A reader
  /// may not.
  void write_instead() {
    for (int i = 0; i < 3; ++i) {
      count_section(ctrl.try_write_for(std::chrono::milliseconds(20)));
      timed([&] { return ctrl.try_read_for(std::chrono::milliseconds(20)).owns_lock(); });
      count_section(ctrl.try_write());
      timed([&] { return ctrl.try_read().owns_lock(); });
    }
    BOOST_TEST(written_ > 0, name_ << ": no rank entered instead of it");
  }

  /// Collective, at the end of the scene.
  void end() {
    ctrl.barrier();
    BOOST_TEST(on.judge.violations() == 0U, on.judge.findings());
    on.judge.forget_violations();
    const auto all = mpilock_test::sum_over(MPI_COMM_WORLD, written_, mpilock_test::serving(ctrl));
    stress::check_nothing_lost(ctrl, on.file, all);
    if (on.me() != warden) return;
    std::ostringstream line;
    line << name_ << ": slowest call "
         << std::chrono::duration_cast<std::chrono::milliseconds>(slowest_).count() << " ms\n";
    std::cout << line.str() << std::flush;
  }

  stage& on;

 private:
  void count_section(const typename controller::write_guard& lock) {
    if (!lock.owns_lock()) return;
    on.judge.enter(mpilock::access::write);
    on.file.count_up();
    ++written_;
    on.judge.leave(mpilock::access::write);
  }

  template <class Enter>
  void timed(Enter&& enter) {
    const auto begin = std::chrono::steady_clock::now();
    BOOST_TEST(!enter(), name_ << ": entered");
    slowest_ = std::max(slowest_, std::chrono::steady_clock::now() - begin);
  }

  std::string name_;
  std::int64_t written_ = 0;
  std::chrono::steady_clock::duration slowest_{};

 public:
  controller ctrl;
};

}  // namespace faults
