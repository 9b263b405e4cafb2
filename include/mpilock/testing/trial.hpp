#pragma once
/// @file
/// @brief One composition on real MPI: every way to enter, judged by something that isn't the lock.
/// @ingroup testing

#include <mpi.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "mpilock/controller/basic_window_controller.hpp"
#include "mpilock/controller/founding.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/window.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing {

/// What a trial has found, of all ranks together.
struct trial_result {
  std::string backend;              ///< as the controller names it
  std::int64_t sections = 0;        ///< entered
  std::int64_t fewest_by_rank = 0;  ///< sections of the rank that had fewest …
  std::int64_t most_by_rank = 0;    ///< … and most
  std::int64_t violations = 0;      ///< somebody was inside who must not have been
  std::int64_t lost_writes = 0;     ///< what one wrote, another overwrote unseen
  std::int64_t wrong_epochs = 0;    ///< the epoch was not the number of write sections
  /// Waits in microseconds, of readers and of writers: the median, the 99th percentile, the longest.
  std::array<std::array<double, 3>, 2> waits{};

  /// Whether nothing was wrong.
  bool passed() const { return violations + lost_writes + wrong_epochs == 0; }
};

/// Counts who is inside, and writes, in a window of its own: words for readers, writers, and a number
/// that each writer reads and then replaces by the next.
class section_judge {
 public:
  /// Collective.
  explicit section_judge(const detail::communicator& comm) : window_(comm, words) {}

  void enter(access kind) {
    const bool writes = kind == access::write;
    violations_ += add(writes ? writers : readers, 1) > 0 && writes ? 1 : 0;
    if (look(writes ? readers : writers) > 0) ++violations_;
    if (writes) {
      const std::uint64_t number = look(datum);
      std::this_thread::yield();
      window_.fetch_and_op(word_op::replace, number + 1, 0, datum);
    }
  }
  void leave(access kind) {
    const bool writes = kind == access::write;
    add(writes ? writers : readers, ~std::uint64_t{0});
  }

  /// Write sections so far; exact while this rank is inside.
  std::uint64_t written() { return look(datum); }
  std::int64_t violations() const { return violations_; }
  /// Collective.
  void free() { window_.free(); }

 private:
  static constexpr std::size_t readers = 0;
  static constexpr std::size_t writers = 1;
  static constexpr std::size_t datum = 2;
  static constexpr std::size_t words = 3;

  std::uint64_t add(std::size_t word, std::uint64_t value) {
    return window_.fetch_and_op(word_op::sum, value, 0, word);
  }
  std::uint64_t look(std::size_t word) { return window_.fetch_and_op(word_op::look, 0, 0, word); }

  detail::window window_;
  std::int64_t violations_ = 0;
};

/// One rank of a trial.
template <class Controller>
class trial_visitor {
  using clock = std::chrono::steady_clock;

 public:
  trial_visitor(Controller& ctrl, section_judge& judge)
      : ctrl_(ctrl), judge_(judge), dice_(static_cast<unsigned>(ctrl.rank()) + 1) {}

  void visit() {
    using std::chrono::microseconds;
    const microseconds patience(dice_() % 300);
    switch (dice_() % 8) {
      case 0:
        return in(access::write, [&] { return ctrl_.write(); });
      case 1:
        return in(access::read, [&] { return ctrl_.try_read(); });
      case 2:
        return in(access::write, [&] { return ctrl_.try_write(); });
      case 3:
        return in(access::read, [&] { return ctrl_.try_read_for(patience); });
      case 4:
        return in(access::write, [&] { return ctrl_.try_write_for(patience); });
      case 5: {  // upgraded: stops reading, writes, reads again
        const auto reading = ctrl_.read();
        return in(access::write, [&] { return ctrl_.write(); });
      }
      default:
        return in(access::read, [&] { return ctrl_.read(); });
    }
  }

  std::int64_t sections() const { return sections_; }
  std::int64_t writes() const { return writes_; }
  std::int64_t wrong_epochs() const { return wrong_epochs_; }
  /// In microseconds.
  std::vector<double>& waits(access kind) { return waits_[kind == access::write ? 1 : 0]; }

 private:
  template <class Enter>
  void in(access kind, Enter&& enter) {
    const auto begin = clock::now();
    const auto lock = enter();
    waits(kind).push_back(std::chrono::duration<double, std::micro>(clock::now() - begin).count());
    if (!lock) return;
    ++sections_;
    writes_ += kind == access::write ? 1 : 0;
    judge_.enter(kind);
    if (judge_.written() != ctrl_.epoch()) ++wrong_epochs_;
    judge_.leave(kind);
  }

  Controller& ctrl_;
  section_judge& judge_;
  std::minstd_rand dice_;
  std::array<std::vector<double>, 2> waits_;
  std::int64_t sections_ = 0;
  std::int64_t writes_ = 0;
  std::int64_t wrong_epochs_ = 0;
};

namespace internal {

/// Collective. Adds up, or takes the least or greatest of all ranks.
template <class Controller>
std::int64_t over_all(Controller& ctrl, MPI_Comm comm, std::int64_t mine, MPI_Op op) {
  struct serving {
    Controller& ctrl;
    void idle() { ctrl.progress(); }
  } idle{ctrl};
  MPI_Request request = MPI_REQUEST_NULL;
  std::int64_t all = 0;
  MPI_Iallreduce(&mine, &all, 1, MPI_INT64_T, op, comm, &request);
  detail::communicator::wait(request, idle);
  return all;
}

/// Collective. The middle, the 99th in a hundred and the longest: of each rank's, the greatest.
template <class Controller>
std::array<double, 3> quantiles(Controller& ctrl, MPI_Comm comm, std::vector<double>& waits) {
  std::sort(waits.begin(), waits.end());
  std::array<double, 3> all{};
  const std::array<double, 3> shares{0.5, 0.99, 1};
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const double last = static_cast<double>(waits.empty() ? 0 : waits.size() - 1);
    const double mine = waits.empty() ? 0 : waits[static_cast<std::size_t>(last * shares[i])];
    all[i] =
        static_cast<double>(over_all(ctrl, comm, static_cast<std::int64_t>(mine * 1000), MPI_MAX)) /
        1000;
  }
  return all;
}

}  // namespace internal

/// Collective. Every rank makes `visits` attempts to enter; then everybody enters once more.
/// @throws unavailable_error on every rank where the composition can't be had
template <class Backend, class Fairness, class Progress>
trial_result try_out(MPI_Comm users, int visits) {
  basic_window_controller<Backend, Fairness, Progress> ctrl(users, 0, {.name = "trial"});
  auto ranks = detail::found(users, "trial",
                             [](int) { return detail::ballot{.call = detail::collective::sync}; });
  detail::communicator& comm = ranks.comm();
  section_judge judge(comm);
  ctrl.barrier();
  trial_visitor visitor(ctrl, judge);
  for (int i = 0; i < visits; ++i) visitor.visit();
  ctrl.barrier();

  trial_result all;
  const auto over_all = [&](std::int64_t mine, MPI_Op op) {
    return internal::over_all(ctrl, comm.get(), mine, op);
  };
  all.backend = ctrl.backend_name();
  all.sections = over_all(visitor.sections(), MPI_SUM);
  all.fewest_by_rank = over_all(visitor.sections(), MPI_MIN);
  all.most_by_rank = over_all(visitor.sections(), MPI_MAX);
  all.violations = over_all(judge.violations(), MPI_SUM);
  all.wrong_epochs = over_all(visitor.wrong_epochs(), MPI_SUM);
  all.waits[0] = internal::quantiles(ctrl, comm.get(), visitor.waits(access::read));
  all.waits[1] = internal::quantiles(ctrl, comm.get(), visitor.waits(access::write));
  {
    const auto last = ctrl.write();
    judge.enter(access::write);
    judge.leave(access::write);
  }
  ctrl.barrier();
  const std::int64_t writes = over_all(visitor.writes(), MPI_SUM) + ctrl.size();
  all.lost_writes = writes - static_cast<std::int64_t>(judge.written());
  ctrl.barrier();
  judge.free();
  detail::standing_by idle;
  comm.free(idle);
  ctrl.close();
  return all;
}

}  // namespace mpilock::testing
