#pragma once
/// @file
/// @brief Where each rank notes what it holds and what it waits for, for the others to read.
/// @ingroup controller

#include <mpi.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/give_back_window.hpp"
#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// What a rank does about one thing: what it holds, or what it waits for.
struct occupation {
  std::uint64_t mode = 0;  ///< 0: nothing; 1: to read; 2: to write
  std::int64_t since = 0;  ///< nanoseconds of the system's clock, at that rank
  std::uint64_t line = 0;  ///< where in the source
  std::array<char, 64> file{};

  /// By this rank's clock.
  static std::int64_t time() {
    using namespace std::chrono;
    return nanoseconds(system_clock::now().time_since_epoch()).count();
  }

  static std::uint64_t mode_of(access kind) noexcept { return kind == access::read ? 1 : 2; }

  static occupation of(access kind, const call_site& from) {
    occupation now{.mode = mode_of(kind), .line = from.line};
    now.since = time();
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
  std::int64_t reported = 0;  ///< when this rank last reported a stall, by its clock; 0: never
};

/// A record per rank in a window, which its owner alone writes, and the rank that reports reads.
///
/// A record ends with a sum over the rest. A reader that finds another sum has read while the owner
/// wrote, and reads again: in what order the owner's stores and the loads of MPI_Rget happen, which
/// nobody promises, doesn't matter.
class status_board {
 public:
  /// Collective. @throws unavailable_error on every rank if the window can't be had
  explicit status_board(const communicator& comm)
      : comm_(comm), looks_(static_cast<std::size_t>(comm.size())) {
    const int code =
        MPI_Win_allocate(sizeof(record), 1, MPI_INFO_NULL, comm.get(), &mine_, &window_);
    std::string failure = code == MPI_SUCCESS ? "" : "MPI_Win_allocate failed";
    if (failure.empty()) {
      MPI_Win_set_errhandler(window_, MPI_ERRORS_RETURN);
      comm.pass_name_on(window_);
      MPI_Win_lock_all(MPI_MODE_NOCHECK, window_);
      note({});
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
  void note(const status& now) noexcept {
    mine_->now = now;
    mine_->sum = sum_of(now);
    MPI_Win_sync(window_);
  }

  /// Local: asks for a note, so that it is on its way while others are waited for. @return false if
  /// MPI can't
  bool ask(int rank) noexcept {
    look& its = look_at(rank);
    its.is_recent = has_arrived(its) &&  // else it would have the answer to an older question
                    MPI_Rget(&its.seen, sizeof(record), MPI_BYTE, rank, 0, sizeof(record), MPI_BYTE,
                             window_, &its.request) == MPI_SUCCESS;
    return its.is_recent || !has_arrived(its);
  }

  /// Local, if the window's transport is; else it waits for `rank` to come by MPI, but not longer
  /// than `patience`, and idles meanwhile. @return nothing if it didn't
  template <class Idle>
  std::optional<status> read(int rank, std::chrono::steady_clock::time_point patience, Idle& idle) {
    look& its = look_at(rank);
    for (;;) {
      const bool is_here = has_arrived(its);
      if (is_here && std::exchange(its.is_recent, false) && its.seen.sum == sum_of(its.seen.now))
        return its.seen.now;
      if (std::chrono::steady_clock::now() > patience || (is_here && !ask(rank)))
        return std::nullopt;
      comm_.poke();
      idle.idle();
    }
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
    status now;
    std::uint64_t sum;
  };

  /// Each step is one to one, so that a difference in a single word always shows; any other stays
  /// hidden once in 2^64 times.
  static std::uint64_t sum_of(const status& now) noexcept {
    static_assert(std::has_unique_object_representations_v<status>, "every byte has a meaning");
    std::uint64_t sum = 1;
    for (const auto word : std::bit_cast<std::array<std::uint64_t, sizeof now / 8>>(now))
      sum = std::rotl(sum ^ word, 31) * 0x9e3779b97f4a7c15;
    return sum;
  }

  /// At a rank's note; one for each, so that a rank that is silent keeps no other's from being
  /// read.
  struct look {
    record seen{};  // MPI's until `request` is complete
    MPI_Request request = MPI_REQUEST_NULL;
    bool is_recent = false;  // `seen` has been asked for since the last `read`
  };

  look& look_at(int rank) noexcept { return looks_[static_cast<std::size_t>(rank)]; }

  static bool has_arrived(look& its) noexcept {
    int done = 0;
    MPI_Test(&its.request, &done, MPI_STATUS_IGNORE);
    return done != 0;
  }

  const communicator& comm_;
  MPI_Win window_ = MPI_WIN_NULL;
  record* mine_ = nullptr;
  std::vector<look> looks_;
};

}  // namespace mpilock::detail
