#pragma once
/// @file
/// @brief An MPI window for atomic 64-bit words, open to all ranks from construction to `free`.

#include <mpi.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <thread>

#include "mpilock/mpi/agreement.hpp"
#include "mpilock/mpi/communicator.hpp"
#include "mpilock/mpi/give_back_window.hpp"
#include "mpilock/mpi/mpi_call.hpp"
#include "mpilock/mpi/waiting.hpp"
#include "mpilock/mpi/window_hints.hpp"
#include "mpilock/os/growing_nap.hpp"
#include "mpilock/os/spaced_looks.hpp"
#include "mpilock/vocabulary/call_site.hpp"
#include "mpilock/vocabulary/error.hpp"
#include "mpilock/vocabulary/word_op.hpp"

namespace mpilock::detail {

/// All one-sided operations reach MPI through this class.
///
/// MPI orders its own operations. The fences order the user's plain loads and stores of memory that
/// ranks share: (1) before each operation is issued, (2) after it is complete. So what a rank wrote
/// before a release is visible after the next acquire.
class window {
 public:
  static constexpr std::size_t words_per_line =
      64 / sizeof(std::uint64_t);          ///< words in a cache line
  static constexpr int looks = 2;          ///< round trips, each of which may be long
  static constexpr int looks_of_next = 4;  ///< the same; a section and a departure take two
  /// Takes some tenths of a millisecond, as long as most naps.
  static constexpr int most_passes = 256;
  static constexpr int most_calls = 4;
  /// The brief nap is twice what the kernel adds to every sleep.
  static constexpr growing_nap::limits naps{std::chrono::microseconds(100),
                                            std::chrono::microseconds(500)};
  /// Each look is a round trip. The first comes after 10 ms, since most waits are over sooner.
  static spaced_looks look_times() { return spaced_looks(std::chrono::milliseconds(10)); }

  /// Collective. Allocates `words` words here, all 0, and opens the window to all ranks.
  /// @throws unavailable_error on every rank if any rank can't do so
  window(const communicator& comm, std::size_t words) : comm_(comm) {
    words = (words + words_per_line - 1) / words_per_line *
            words_per_line;  // so that no rank's words begin within a line
    void* base = nullptr;
    const int code = MPI_Win_allocate(static_cast<MPI_Aint>(words * word_size), word_size,
                                      window_hints().get(), comm.get(), &base, &handle_);
    const std::string failure = code == MPI_SUCCESS ? open(base, words) : explain(code);
    // No rank may use a word before all ranks have the window and its owner has cleared it.
    standing_by idle;
    try {
      require_everywhere(comm, failure, idle);
    } catch (const mpi_error&) {  // on this rank only: it can do no more than end its epoch
      if (failure.empty()) MPI_Win_unlock_all(handle_);
      throw;
    } catch (const unavailable_error&) {  // on every rank
      if (failure.empty()) MPI_Win_unlock_all(handle_);
      give_back_window(comm, handle_, idle);
      throw;
    }
  }

  window(const window&) = delete;
  window& operator=(const window&) = delete;

  /// Issues an operation. `result` belongs to MPI until `complete` has returned.
  void start(word_op op, const std::uint64_t& operand, std::uint64_t& result, int target,
             std::size_t word) {
    result = pending;
    std::atomic_thread_fence(std::memory_order_release);  // (1)
    mpi_call("MPI_Fetch_and_op",
             MPI_Fetch_and_op(&operand, &result, MPI_UINT64_T, target, static_cast<MPI_Aint>(word),
                              mpi_op(op), handle_));
  }

  /// Issues one look at as many words as there are results, beginning with `word`. It takes about
  /// as long as a look at one word. It is of the same kind as the operations of `start`, so MPI
  /// makes it atomic with them, element by element (MPI 4.0, section 12.7.1, "Atomicity").
  void start_look(std::span<std::uint64_t> results, int target, std::size_t word) {
    const int count = static_cast<int>(results.size());
    results.back() = pending;
    std::atomic_thread_fence(std::memory_order_release);  // (1)
    mpi_call(
        "MPI_Get_accumulate",
        MPI_Get_accumulate(nullptr, 0, MPI_UINT64_T, results.data(), count, MPI_UINT64_T, target,
                           static_cast<MPI_Aint>(word), count, MPI_UINT64_T, MPI_NO_OP, handle_));
  }

  /// Completes the operations on `target`, locally and there. `result` is that of the last
  /// operation.
  void complete(int target, const std::uint64_t& result) {
    wait_politely(result);
    mpi_call("MPI_Win_flush", MPI_Win_flush(target, handle_));
    std::atomic_thread_fence(std::memory_order_acquire);  // (2)
  }

  /// One atomic operation, complete on return: one round trip.
  std::uint64_t fetch_and_op(word_op op, std::uint64_t operand, int target, std::size_t word,
                             call_site = {}) {
    std::uint64_t result = pending;
    start(op, operand, result, target, word);
    complete(target, result);
    return result;
  }

  /// Lets MPI make progress.
  void poke() const { comm_.poke(); }

  /// A hint whether a word of this rank has changed, without an operation: a load of a word that
  /// other ranks add to. MPI allows this in the unified memory model. It promises neither when a
  /// change is seen nor that it is seen whole (MPI 4.0, section 12.7, "Semantics and Correctness",
  /// second rule of MPI_WIN_UNIFIED). In other memory models nothing is loaded, and nothing seems
  /// to change. The load is harmless: the value is only compared with the one before. The answer
  /// only makes a thread come back sooner or later.
  std::uint64_t glance(std::size_t word) const {
    if (!is_unified_) return 0;
    return std::atomic_ref(words_[word]).load(std::memory_order_relaxed);
  }

  /// Collective.
  void free() {
    if (handle_ == MPI_WIN_NULL) return;
    mpi_call("MPI_Win_unlock_all", MPI_Win_unlock_all(handle_));
    mpi_call("MPI_Win_free", MPI_Win_free(&handle_));
  }

 private:
  static constexpr int word_size = sizeof(std::uint64_t);

  /// @return the reason why the window can't be opened, or an empty text if it is open
  std::string open(void* base, std::size_t words) {
    try {
      mpi_call("MPI_Win_set_errhandler", MPI_Win_set_errhandler(handle_, MPI_ERRORS_RETURN));
      comm_.pass_name_on(handle_);
      if (!is_reached_at(base)) return misplaced;
      is_unified_ = has_unified_memory();
      words_ = static_cast<std::uint64_t*>(base);
      std::memset(base, 0, words * word_size);
      mpi_call("MPI_Win_lock_all", MPI_Win_lock_all(MPI_MODE_NOCHECK, handle_));
      mpi_call("MPI_Win_sync", MPI_Win_sync(handle_));
      return "";
    } catch (const mpi_error& failure) {  // all ranks must hear of it
      return failure.what();
    }
  }

  static MPI_Op mpi_op(word_op op) noexcept {
    if (op == word_op::sum) return MPI_SUM;
    return op == word_op::replace ? MPI_REPLACE : MPI_NO_OP;
  }

  /// No word ever has this value: the counts and tickets of the one-sided engine leave bits unset.
  static constexpr std::uint64_t pending = ~std::uint64_t{0};

  /// Lets other processes run until the result seems to have arrived, so that the flush waits for
  /// little. MPICH waits in a flush without yielding. With more ranks than cores, each flush would
  /// cost the time slice that the target needs to answer. This is only a hint: MPI doesn't promise
  /// that the buffer changes before the flush, so the wait ends after a while. If the buffer never
  /// changes (Open MPI's osc pt2pt), the looks stop, and are tried again now and then.
  ///
  /// MPI does not allow a look at a result before its operation is complete (MPI 4.0, section 12.3,
  /// "Communication Calls"). The look is harmless: it is a load, and stores nothing. It may find
  /// the old value, the new one, or half of each. That only ends the wait early or late, and has no
  /// other use. Every result is loaded again after the flush, behind the fence (2).
  void wait_politely(const std::uint64_t& result) {
    constexpr int most_looks = 1000;
    constexpr int looks_awake = 16;  // quicker than a flush's own loop while the target is running
    const bool has_hope = in_vain_ < 8 || in_vain_ % 256 == 0;
    const int looks = has_hope ? most_looks : looks_awake;
    for (int i = 0; i < looks; ++i) {
      if (static_cast<const volatile std::uint64_t&>(result) != pending) {
        in_vain_ = 0;
        return;
      }
      comm_.poke();
      if (i >= looks_awake) std::this_thread::yield();
    }
    ++in_vain_;
  }

  /// Whether the operations of other ranks reach the memory that this rank got. MPICH before 4.0.3
  /// over UCX 1.13 misses memory that doesn't begin at a multiple of 16 bytes
  /// (github.com/pmodels/mpich, pull request 6140). Whole lines, as above, always began at one.
  bool is_reached_at(const void* base) const {
    void* where = nullptr;
    int is_known = 0;
    mpi_call("MPI_Win_get_attr", MPI_Win_get_attr(handle_, MPI_WIN_BASE, &where, &is_known));
    return is_known == 0 || where == base;
  }

  bool has_unified_memory() const {
    const int* model = nullptr;
    int is_known = 0;
    mpi_call("MPI_Win_get_attr", MPI_Win_get_attr(handle_, MPI_WIN_MODEL, &model, &is_known));
    return is_known != 0 && *model == MPI_WIN_UNIFIED;
  }

  static constexpr const char* misplaced =
      "this MPI puts a window elsewhere than where it says (MPICH before 4.0.3 over UCX?); choose "
      "another backend, for example two_sided with threaded_progress, or a newer MPI";

  static std::string explain(int code) {
    char text[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    MPI_Error_string(code, text, &length);
    return "MPI_Win_allocate failed (" + std::string(text) +
           "); choose another backend, for example two_sided with threaded_progress, or an MPI "
           "transport with one-sided support";
  }

  const communicator& comm_;
  MPI_Win handle_ = MPI_WIN_NULL;
  std::uint64_t* words_ = nullptr;
  bool is_unified_ = false;
  unsigned in_vain_ = 0;  // polite waits that ended without a result, one after the other
};

}  // namespace mpilock::detail
