#pragma once
/// @file
/// @brief A board on which each rank writes a note that the other ranks can read.

#include <mpi.h>

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/give_back_window.hpp"
#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/mpi/node_size.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::detail {

/// A record per rank in a window. Its owner alone writes it, and any rank may read it.
///
/// On one node, the records are in memory that all ranks have mapped. Then a rank reads them by
/// itself, also those of a rank that is stopped or calls no MPI. Otherwise it asks by MPI_Rget,
/// which may need a call of MPI by the owner.
///
/// A record ends with a sum over the rest. A reader that finds another sum has read while the owner
/// wrote, and reads again. So the order of the owner's stores and the reader's loads does not
/// matter. For MPI_Rget, the MPI standard promises none.
/// @tparam Note what a rank notes: a trivially copyable type without padding
template <class Note>
class note_board {
 public:
  /// Collective.
  /// @param comm must live longer
  /// @param advice what the user can do if there is no window, for the message
  /// @throws unavailable_error on every rank if a rank gets no window
  note_board(const communicator& comm, const char* advice)
      : comm_(comm), looks_(static_cast<std::size_t>(comm.size())) {
    standing_by idle;
    std::string failure;
    try {
      make_window(all_say_yes(comm, is_on_one_node(), idle));
    } catch (const mpi_error& why) {
      failure = why.what() + std::string("; ") + advice;
    }
    try {
      require_everywhere(comm, failure, idle);
    } catch (const unavailable_error&) {  // on every rank
      if (failure.empty()) MPI_Win_unlock_all(window_);
      give_back_window(comm, window_, idle);
      throw;
    }
  }
  note_board(const note_board&) = delete;
  note_board& operator=(const note_board&) = delete;

  /// Local.
  void note(const Note& now) noexcept {
    const auto words = std::bit_cast<record_words>(record{now, sum_of(now)});
    for (std::size_t i = 0; i < words.size(); ++i)
      std::atomic_ref((*mine_)[i]).store(words[i], std::memory_order_relaxed);
    MPI_Win_sync(window_);
  }

  /// Local. Asks for a note, so that it is on its way while this rank waits for others.
  /// @return false if MPI can't
  bool ask(int rank) noexcept {
    look& its = look_at(rank);
    if (its.mapped != nullptr) {
      record_words words{};
      for (std::size_t i = 0; i < words.size(); ++i)
        words[i] = std::atomic_ref((*its.mapped)[i]).load(std::memory_order_relaxed);
      its.seen = std::bit_cast<record>(words);
      return its.is_recent = true;
    }
    its.is_recent = has_arrived(its) &&  // else it would have the answer to an older question
                    MPI_Rget(&its.seen, sizeof(record), MPI_BYTE, rank, 0, sizeof(record), MPI_BYTE,
                             window_, &its.request) == MPI_SUCCESS;
    return its.is_recent || !has_arrived(its);
  }

  /// Local if the window's transport is. Otherwise it waits until `rank` makes a call of MPI, but
  /// no longer than `patience`, and idles meanwhile. @return nothing if no note has arrived
  template <class Idle>
  std::optional<Note> read(int rank, std::chrono::steady_clock::time_point patience, Idle& idle) {
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
    Note now;
    std::uint64_t sum;
  };
  using record_words = std::array<std::uint64_t, sizeof(record) / 8>;

  bool is_on_one_node() const {
    try {
      return node_size(comm_) == comm_.size();
    } catch (const mpi_error&) {  // MPI_Rget reaches everywhere
      return false;
    }
  }

  /// Collective. @throws mpi_error
  void make_window(bool on_one_node) {
    if (on_one_node)
      mpi_call("MPI_Win_allocate_shared", MPI_Win_allocate_shared(sizeof(record), 1, MPI_INFO_NULL,
                                                                  comm_.get(), &mine_, &window_));
    else
      mpi_call("MPI_Win_allocate",
               MPI_Win_allocate(sizeof(record), 1, MPI_INFO_NULL, comm_.get(), &mine_, &window_));
    MPI_Win_set_errhandler(window_, MPI_ERRORS_RETURN);
    comm_.pass_name_on(window_);
    for (int rank = 0; on_one_node && rank < comm_.size(); ++rank) {
      MPI_Aint size = 0;
      int unit = 0;
      mpi_call("MPI_Win_shared_query",
               MPI_Win_shared_query(window_, rank, &size, &unit, &look_at(rank).mapped));
    }
    mpi_call("MPI_Win_lock_all", MPI_Win_lock_all(MPI_MODE_NOCHECK, window_));
    note({});
  }

  /// Each step is one to one, so a difference in a single word always shows. Any other difference
  /// stays hidden once in 2^64 times.
  static std::uint64_t sum_of(const Note& now) noexcept {
    static_assert(std::has_unique_object_representations_v<Note>, "every byte has a meaning");
    std::uint64_t sum = 1;
    for (const auto word : std::bit_cast<std::array<std::uint64_t, sizeof now / 8>>(now))
      sum = std::rotl(sum ^ word, 31) * 0x9e3779b97f4a7c15;
    return sum;
  }

  /// One rank's note as it was read. Each rank has its own request, so that a silent rank delays
  /// no other.
  struct look {
    record_words* mapped = nullptr;  // where the note is, on one node
    record seen{};                   // MPI's until `request` is complete
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
  record_words* mine_ = nullptr;
  std::vector<look> looks_;
};

}  // namespace mpilock::detail
