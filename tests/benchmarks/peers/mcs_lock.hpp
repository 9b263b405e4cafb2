#pragma once
/// @file
/// @brief A queue lock by one-sided operations.

#include <mpi.h>

#include <cstdint>
#include <string>

#include "../contender.hpp"
#include "../word_window.hpp"

namespace lockbench {

/// Source: Mellor-Crummey and Scott, "Algorithms for Scalable Synchronization on Shared-Memory
/// Multiprocessors", ACM TOCS 9(1), 1991, in the variant that releases without compare-and-swap:
/// every word is only replaced or looked at. Readers keep each other out too.
class mcs_lock {
 public:
  explicit mcs_lock(const stage& here) : words_(here, words), own_(here.rank) { words_.open(); }

  static contender_facts facts() {
    return {"mcs_lock", "peer", "none",
            "the queue lock of Mellor-Crummey and Scott by MPI_Fetch_and_op; all are exclusive"};
  }
  static std::string why_not(const stage&) { return ""; }

  void lock() {
    put(own_, next, nobody);  // complete before anybody can learn of this rank
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
      // Somebody had come, and while the tail was empty others may have: the usurpers. Those who
      // waited for this rank are to go after them.
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
  /// The words of a rank, which has a cache line of its own; the tail of the queue is rank 0's.
  ///
  /// Three words alone would not do: before its version 4.0.3 MPICH over UCX takes a rank's words
  /// to begin at the multiple of 16 bytes before them, in the words of the rank before
  /// (mpich#6140).
  enum word : std::size_t { next, blocked, tail, words = 8 };
  static constexpr std::uint64_t nobody = 0;

  static std::uint64_t name_of(int rank) { return static_cast<std::uint64_t>(rank) + 1; }
  static int rank_of(std::uint64_t name) { return static_cast<int>(name) - 1; }

  std::uint64_t put(int rank, word which, std::uint64_t value) {
    return words_.fetch(MPI_REPLACE, value, rank, which);
  }
  std::uint64_t get(int rank, word which) { return words_.fetch(MPI_NO_OP, 0, rank, which); }

  word_window<std::uint64_t> words_;
  int own_;
};

}  // namespace lockbench
