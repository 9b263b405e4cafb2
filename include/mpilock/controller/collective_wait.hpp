#pragma once
/// @file
/// @brief How a rank waits for the others in a collective call.
/// @ingroup controller

#include <chrono>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

#include "mpilock/controller/section_watch.hpp"
#include "mpilock/controller/status.hpp"
#include "mpilock/mpi/stall_alarm.hpp"
#include "mpilock/vocabulary/call_site.hpp"

namespace mpilock::detail {

/// One collective call of this rank. If stalls are reported, it notes where the rank waits, and
/// reports.
///
/// The rank can't leave the call half-way, because other ranks rely on it and MPI has the addresses
/// of its buffers. So an exception of `idle` is kept until the call is complete. It is lost if the
/// call itself throws.
template <class Service>
class collective_wait {
 public:
  /// All of these must live longer. @param watch may lose its notes before the call ends
  collective_wait(Service& service, std::optional<section_watch>& watch,
                  std::chrono::nanoseconds patience, business what, const call_site& from)
      : service_(service), watch_(watch) {
    if (!notes()) return;
    notes()->note_wait(occupation::of(what, from));
    alarm_.emplace(patience, [this, patience](auto) {
      return notes()->report_stall(patience, service_.title(), service_);
    });
  }
  ~collective_wait() {
    if (notes()) notes()->note_wait({});
  }
  collective_wait(const collective_wait&) = delete;
  collective_wait& operator=(const collective_wait&) = delete;

  void idle() noexcept {
    try {
      service_.idle();
      if (alarm_ && notes()) alarm_->look(clock::now() - begin_);
    } catch (...) {
      if (!kept_) kept_ = std::current_exception();
      std::this_thread::yield();
    }
  }

  /// @throws the exception that was kept first, if there is one
  void rethrow() {
    if (kept_) std::rethrow_exception(std::exchange(kept_, nullptr));
  }

 private:
  using clock = std::chrono::steady_clock;

  rank_notes* notes() noexcept { return watch_ ? watch_->notes() : nullptr; }

  Service& service_;
  std::optional<section_watch>& watch_;
  clock::time_point begin_ = clock::now();
  std::optional<stall_alarm> alarm_;
  std::exception_ptr kept_;
};

}  // namespace mpilock::detail
