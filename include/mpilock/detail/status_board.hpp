#pragma once
/// @file
/// @brief Where each rank notes what it holds and what it waits for, for the others to read.

#include <mpi.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "mpilock/access.hpp"
#include "mpilock/detail/agreement.hpp"
#include "mpilock/detail/communicator.hpp"
#include "mpilock/detail/give_back_window.hpp"
#include "mpilock/detail/mpi_call.hpp"
#include "mpilock/detail/waiting.hpp"
#include "mpilock/error.hpp"
#include "mpilock/source_place.hpp"

namespace mpilock::detail {

/// What a rank does about one thing: what it holds, or what it waits for.
struct occupation {
  std::uint64_t mode = 0;  ///< 0: nothing; 1: to read; 2: to write
  std::int64_t since = 0;  ///< nanoseconds of the system's clock, at that rank
  std::uint64_t line = 0;  ///< where in the source
  std::array<char, 64> file{};

  static occupation of(access kind, const source_place& from) {
    occupation now{.mode = kind == access::read ? 1U : 2U, .line = from.line};
    now.since =
        std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
    std::string_view file = from.file;
    if (file.size() >= now.file.size()) file.remove_prefix(file.size() - now.file.size() + 1);
    std::copy(file.begin(), file.end(), now.file.begin());
    return now;
  }
};

/// What a rank notes.
struct status {
  occupation holds;
  occupation waits;
};

/// A record per rank in a window, written by its owner alone and read by whoever reports.
///
/// A record has a version in front and one behind. The owner makes both odd, writes, and makes both
/// even; a reader whose two versions differ or are odd has read too early and reads again. The fences
/// at (1) order the owner's stores; at the other end MPI_Rget, whose order of loads nobody promises, is
/// why there are two versions.
class status_board {
 public:
  /// Collective. @throws unavailable_error on every rank if the window can't be had
  explicit status_board(const communicator& comm)
      : comm_(comm), looks_(static_cast<std::size_t>(comm.size())) {
    const int code =
        MPI_Win_allocate(sizeof(record), 1, MPI_INFO_NULL, comm.get(), &mine_, &window_);
    std::string failure = code == MPI_SUCCESS ? "" : "MPI_Win_allocate failed";
    if (failure.empty()) {
      std::memset(static_cast<void*>(mine_), 0, sizeof(record));
      MPI_Win_set_errhandler(window_, MPI_ERRORS_RETURN);
      comm.pass_name_on(window_);
      MPI_Win_lock_all(MPI_MODE_NOCHECK, window_);
      MPI_Win_sync(window_);
    } else {
      failure += "; leave out stall_report, or choose an MPI transport with one-sided support";
    }
    standing_by idle;
    try {
      require_everywhere(comm, failure, idle);
    } catch (const unavailable_error&) {  // on every rank
      if (failure.empty()) MPI_Win_unlock_all(window_);
      give_back_window(comm, window_, idle);
      throw;
    }
  }
  status_board(const status_board&) = delete;
  status_board& operator=(const status_board&) = delete;

  /// Local.
  void note(const status& now) {
    stamp(mine_->before + 1);
    std::atomic_thread_fence(std::memory_order_seq_cst);  // (1)
    mine_->now = now;
    std::atomic_thread_fence(std::memory_order_seq_cst);  // (1)
    stamp(mine_->before + 1);
    MPI_Win_sync(window_);
  }

  /// Local, if the window's transport is; else it waits for `rank` to come by MPI, but not longer than
  /// `patience`. @return nothing if it didn't
  std::optional<status> read(int rank, std::chrono::steady_clock::time_point patience) {
    look& its = looks_[static_cast<std::size_t>(rank)];
    if (its.request != MPI_REQUEST_NULL && !arrives(its, patience)) return std::nullopt;
    do {
      if (MPI_Rget(&its.seen, sizeof(record), MPI_BYTE, rank, 0, sizeof(record), MPI_BYTE, window_,
                   &its.request) != MPI_SUCCESS ||
          !arrives(its, patience))
        return std::nullopt;
      if (its.seen.before == its.seen.behind && its.seen.before % 2 == 0) return its.seen.now;
    } while (std::chrono::steady_clock::now() < patience);
    return std::nullopt;
  }

  /// Collective.
  template <class Idle>
  void free(Idle& idle) {
    for (look& each : looks_) communicator::wait(each.request, idle);
    mpi_call("MPI_Win_unlock_all", MPI_Win_unlock_all(window_));
    mpi_call("MPI_Win_free", MPI_Win_free(&window_));
  }

 private:
  struct record {
    std::uint64_t before;
    status now;
    std::uint64_t behind;
  };

  void stamp(std::uint64_t version) {
    std::atomic_ref(mine_->before).store(version, std::memory_order_relaxed);
    std::atomic_ref(mine_->behind).store(version, std::memory_order_relaxed);
  }

  /// At a rank's note; one for each, so that a rank that is silent keeps no other's from being read.
  struct look {
    record seen{};  // MPI's until `request` is complete
    MPI_Request request = MPI_REQUEST_NULL;
  };

  bool arrives(look& its, std::chrono::steady_clock::time_point patience) {
    for (;;) {
      int done = 0;
      MPI_Test(&its.request, &done, MPI_STATUS_IGNORE);
      if (done != 0) return true;
      if (std::chrono::steady_clock::now() > patience) return false;
      comm_.poke();
      std::this_thread::yield();
    }
  }

  const communicator& comm_;
  MPI_Win window_ = MPI_WIN_NULL;
  record* mine_ = nullptr;
  std::vector<look> looks_;
};

}  // namespace mpilock::detail
