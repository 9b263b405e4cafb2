#pragma once
/// @file
/// @brief A queue lock by one-sided operations.

#include <mpi.h>

#include <cstdint>
#include <string>

#include "../blocking_window.hpp"
#include "../contender.hpp"

namespace lockbench {

/// Source: Mellor-Crummey and Scott, "Algorithms for Scalable Synchronization on Shared-Memory
/// Multiprocessors", ACM TOCS 9(1), 1991, in the variant that releases without compare-and-swap:
/// every word is only replaced or looked at. Readers keep each other out too.
class mcs_lock {
 public:
  explicit mcs_lock(const launch_facts& here) : words_(here, words), own_(here.rank) {
    words_.open();
  }

  static contender_facts facts() {
    return {"mcs_lock", "peer", "none",
            "the queue lock of Mellor-Crummey and Scott by MPI_Fetch_and_op; all are exclusive"};
  }
  static std::string why_not(const launch_facts&) { return ""; }

  void lock() {
    put(own_, next, nobody);  // complete before another rank can see this one
    put(own_, blocked, 1);
    const std::uint64_t before = put(0, tail, name_of(own_));
    if (before == nobody) return;
    put(rank_of(before), next, name_of(own_));
    while (get(own_, blocked) != 0) words_.let_others();
  }

  void unlock() {
    if (get(own_, next) == nobody) {
      const std::uint64_t last = put(0, tail, nobody);
      if (last == name_of(own_)) return;
      // Another rank has enqueued itself. While the tail was empty, more ranks may have come: the
      // usurpers. The ranks that wait behind this rank must follow them.
      const std::uint64_t usurper = put(0, tail, last);
      while (get(own_, next) == nobody) words_.let_others();
      if (usurper != nobody) {
        put(rank_of(usurper), next, get(own_, next));
        return;
      }
    }
    put(rank_of(get(own_, next)), blocked, 0);
  }

  void lock_shared() { lock(); }
  void unlock_shared() { unlock(); }
  void serve() {}
  void free() { words_.free(); }

 private:
  /// The words of a rank, which fill a cache line. The tail of the queue is in the words of rank 0.
  ///
  /// Three words would be too few: MPICH before 4.0.3 over UCX assumes that a rank's words begin at
  /// a multiple of 16 bytes, and otherwise uses words of the rank before (mpich#6140).
  enum word : std::size_t { next, blocked, tail, words = 8 };
  static constexpr std::uint64_t nobody = 0;

  static std::uint64_t name_of(int rank) { return static_cast<std::uint64_t>(rank) + 1; }
  static int rank_of(std::uint64_t name) { return static_cast<int>(name) - 1; }

  std::uint64_t put(int rank, word which, std::uint64_t value) {
    return words_.fetch(MPI_REPLACE, value, rank, which);
  }
  std::uint64_t get(int rank, word which) { return words_.fetch(MPI_NO_OP, 0, rank, which); }

  blocking_window<std::uint64_t> words_;
  int own_;
};

}  // namespace lockbench
