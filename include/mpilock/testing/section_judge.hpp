#pragma once
/// @file
/// @brief A judge of exclusion that does not use the lock.
/// @ingroup testing

#include <mpi.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "mpilock/testing/rendezvous.hpp"
#include "mpilock/vocabulary/access.hpp"

namespace mpilock::testing {

/// Counts the readers and the writers that say they are inside, in a window of its own. It also
/// counts what a rank should not have seen. Any rank may host the words.
///
/// If one node holds all ranks, the window is shared memory and CPU atomics count. Then the judge
/// waits for no rank. On several nodes, MPI's atomics count. They may need the host's help, which
/// it gives in its own MPI calls. There the two plain words are not used.
class section_judge {
 public:
  /// Collective.
  explicit section_judge(MPI_Comm comm) : shared_(on_one_node(comm)) {
    void* base = nullptr;
    const MPI_Aint bytes = sizeof(std::uint64_t) * words;
    if (shared_)
      MPI_Win_allocate_shared(bytes, 1, MPI_INFO_NULL, comm, &base, &window_);
    else
      MPI_Win_allocate(bytes, sizeof(std::uint64_t), MPI_INFO_NULL, comm, &base, &window_);
    for (int i = 0; i < words; ++i) static_cast<std::uint64_t*>(base)[i] = 0;
    MPI_Win_lock_all(MPI_MODE_NOCHECK, window_);
    MPI_Win_sync(window_);
    meet(comm);
  }
  section_judge(const section_judge&) = delete;
  section_judge& operator=(const section_judge&) = delete;

  /// Collective.
  void free() {
    MPI_Win_unlock_all(window_);
    MPI_Win_free(&window_);
  }

  bool is_shared() const noexcept { return shared_; }

  /// Sets the rank that hosts the words from now on. It must be the same on all ranks, and no rank
  /// may be inside.
  void move_to(int host) {
    host_ = host;
    last_seen_ = 0;
    if (!shared_) return;
    MPI_Aint size = 0;
    int unit = 0;
    void* base = nullptr;
    MPI_Win_shared_query(window_, host, &size, &unit, &base);
    words_ = static_cast<std::uint64_t*>(base);
  }

  /// This rank is inside.
  void enter(access kind) {
    add(kind, 1);
    if (look(access::write) > (kind == access::write ? 1U : 0U)) ++beside_writer_;
    if (kind == access::write && look(access::read) > 0) ++beside_reader_;
    if (shared_) touch_plain_words(kind);
  }

  /// This rank is about to leave.
  void leave(access kind) {
    if (look(access::write) > (kind == access::write ? 1U : 0U)) ++beside_writer_;
    add(kind, ~std::uint64_t{0});
  }

  std::uint64_t readers_inside() { return look(access::read); }

  /// The number of times that this rank saw something wrong.
  std::uint64_t violations() const noexcept { return beside_writer_ + beside_reader_ + torn_; }
  std::string findings() const {
    return "entered beside a writer " + std::to_string(beside_writer_) +
           " times, wrote beside readers " + std::to_string(beside_reader_) +
           " times, saw a write half done or lost " + std::to_string(torn_) + " times";
  }
  void forget_violations() noexcept { beside_writer_ = beside_reader_ = torn_ = 0; }

 private:
  /// Words: readers, writers, and two plain words. Each writer counts up both, one after the other.
  static constexpr int words = 4;

  static int word_of(access kind) { return kind == access::read ? 0 : 1; }

  void add(access kind, std::uint64_t delta) { fetch(MPI_SUM, kind, delta); }
  std::uint64_t look(access kind) { return fetch(MPI_NO_OP, kind, 0); }

  std::uint64_t fetch(MPI_Op op, access kind, std::uint64_t delta) {
    if (shared_) return std::atomic_ref(words_[word_of(kind)]).fetch_add(delta);
    std::uint64_t before = 0;
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Rget_accumulate(&delta, 1, MPI_UINT64_T, &before, 1, MPI_UINT64_T, host_, word_of(kind), 1,
                        MPI_UINT64_T, op, window_, &request);
    complete(request);
    MPI_Win_flush(host_, window_);
    return before;
  }

  /// Deliberately not atomic: only the lock under test keeps these two words in step and in order.
  void touch_plain_words(access kind) {
    volatile std::uint64_t& first = words_[2];
    volatile std::uint64_t& second = words_[3];
    if (first != second || first < last_seen_) ++torn_;
    if (kind == access::write) {
      first = first + 1;
      std::this_thread::yield();
      second = second + 1;
    }
    last_seen_ = first;
  }

  bool shared_;
  MPI_Win window_ = MPI_WIN_NULL;
  int host_ = 0;
  std::uint64_t* words_ = nullptr;
  std::uint64_t last_seen_ = 0;
  std::uint64_t beside_writer_ = 0;
  std::uint64_t beside_reader_ = 0;
  std::uint64_t torn_ = 0;
};

}  // namespace mpilock::testing
