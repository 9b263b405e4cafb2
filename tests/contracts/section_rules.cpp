// mpi-test: ranks=1,2,3 flavours=all
// The rules for sections: the order of entry, nesting, upgrades, what a rank sees after an acquire,
// and calls by several threads of a rank.

#include <mpi.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <thread>

#include "everyone.hpp"

namespace {

using mpilock_test::hear;
using mpilock_test::serving;
using mpilock_test::tell;

/// Rank 0 reads, rank 1 waits to write, rank 2 arrives to read. The epoch, which is exact under a
/// lock, tells rank 2 whether the writer was inside before it. A try may also fail while a writer
/// only announces itself. So only the calls that wait can show the order of entry.
template <class Controller>
void reader_meets_waiting_writer(const contracts::users_communicator& users, Controller& ctrl,
                                 bool reader_goes_first) {
  const auto serve = serving(ctrl);
  if (users.rank() == 0) {
    ctrl.lock_shared();
    ctrl.barrier();
    hear(users, 2, serve);  // rank 2 has finished its check
    ctrl.unlock_shared();
  } else if (users.rank() == 1) {
    ctrl.barrier();
    const auto lock = ctrl.write();
  } else {
    ctrl.barrier();
    if (reader_goes_first) {
      {
        const auto lock = ctrl.read();
        while (!ctrl.write_requested()) ctrl.progress();
      }
      {
        const auto lock = ctrl.read();  // passes the writer that waits
        BOOST_TEST(ctrl.epoch() == 0u);
      }
      tell(users, 0, 1, serve);
    } else {
      while (ctrl.try_read()) std::this_thread::yield();  // fails from the moment the writer waits
      tell(users, 0, 1, serve);
      const auto lock = ctrl.read();
      BOOST_TEST(ctrl.epoch() == 1u);
    }
  }
  ctrl.barrier();
  { const auto lock = ctrl.read(); }
  BOOST_TEST(ctrl.epoch() == 1u);
  ctrl.barrier();
}

}  // namespace

MPILOCK_CONTRACT(reader_preferring_lets_a_reader_pass_a_waiting_writer) {
  if (users.size() != 3) return;
  auto ctrl = mpilock::sync<backend, mpilock::reader_preferring>(users);
  reader_meets_waiting_writer(users, ctrl, true);
}

MPILOCK_CONTRACT(writer_preferring_lets_no_newcomer_read_while_a_writer_waits) {
  if (users.size() != 3) return;
  auto ctrl = mpilock::sync<backend, mpilock::writer_preferring>(users);
  reader_meets_waiting_writer(users, ctrl, false);
}

MPILOCK_CONTRACT(read_in_read_and_anything_in_write_succeed_at_once) {
  auto ctrl = mpilock::sync<backend>(users);
  ctrl.lock_shared();
  BOOST_TEST(ctrl.try_lock_shared());
  ctrl.unlock_shared();
  ctrl.unlock_shared();
  {
    auto outer = ctrl.write();
    auto inner = ctrl.try_write();
    auto reading = ctrl.try_read();
    BOOST_TEST(inner.owns_lock());
    BOOST_TEST(reading.owns_lock());
    outer.unlock();  // in any order
    reading.unlock();
    inner.unlock();
  }
  contracts::still_works(ctrl);
}

MPILOCK_CONTRACT(a_nested_reader_does_not_wait_for_the_writer_that_waits_for_it) {
  if (users.size() < 2) return;
  auto ctrl = mpilock::sync<backend>(users);
  if (users.rank() == 0) ctrl.lock_shared();
  ctrl.barrier();
  if (users.rank() == 1) {
    ctrl.lock();
    ctrl.unlock();
  } else if (users.rank() == 0) {
    while (!ctrl.write_requested()) ctrl.progress();
    { const auto nested = ctrl.read(); }
    ctrl.unlock_shared();
  }
  ctrl.barrier();
}

MPILOCK_CONTRACT(write_in_read_is_an_upgrade) {
  auto ctrl = mpilock::sync<backend>(users);
  ctrl.barrier();
  {
    const auto reading = ctrl.read();
    const auto before = ctrl.epoch();
    const auto writing = ctrl.write();
    BOOST_TEST(ctrl.epoch() > before);  // this section, and those of ranks that entered before
  }
  ctrl.barrier();
  { const auto lock = ctrl.read(); }
  BOOST_TEST(ctrl.epoch() == static_cast<std::uint64_t>(users.size()));
}

MPILOCK_CONTRACT(after_an_upgrade_the_rank_reads_with_no_gap) {
  auto ctrl = mpilock::sync<backend>(users);
  for (int i = 0; i < 20; ++i) {
    const auto reading = ctrl.read();
    { const auto writing = ctrl.write(); }
    const auto mine = ctrl.epoch();
    std::this_thread::yield();
    const auto nested = ctrl.read();
    BOOST_TEST(ctrl.epoch() == mine);  // no rank has written since then
  }
  ctrl.barrier();
}

MPILOCK_CONTRACT(data_written_before_a_release_are_seen_after_the_next_acquire) {
  if (!mpilock_test::on_one_node(users)) return;  // a window of plain memory needs one node
  MPI_Win window = MPI_WIN_NULL;
  std::int64_t* words = nullptr;
  constexpr std::size_t count = 64;
  const MPI_Aint bytes = users.rank() == 0 ? sizeof(std::int64_t) * count : 0;
  MPI_Win_allocate_shared(bytes, 1, MPI_INFO_NULL, users, &words, &window);
  MPI_Aint size = 0;
  int unit = 0;
  MPI_Win_shared_query(window, 0, &size, &unit, &words);
  if (users.rank() == 0) std::fill_n(words, count, 0);
  auto ctrl = mpilock::sync<backend>(users);
  ctrl.barrier();
  constexpr int rounds = 200;
  for (int i = 0; i < rounds; ++i) {
    const auto lock = ctrl.write();
    for (std::size_t word = 0; word < count; ++word) ++words[word];
  }
  for (int i = 0; i < rounds; ++i) {
    const auto lock = ctrl.read();
    bool same = true;
    for (std::size_t word = 1; word < count; ++word) same = same && words[word] == words[0];
    BOOST_TEST(same);
  }
  ctrl.barrier();
  {
    const auto lock = ctrl.read();
    BOOST_TEST(words[count - 1] == rounds * users.size());
  }
  ctrl.barrier();
  MPI_Win_free(&window);
}

MPILOCK_CONTRACT(several_threads_of_a_rank_take_turns) {
  int provided = MPI_THREAD_SINGLE;
  MPI_Query_thread(&provided);
  if (provided < MPI_THREAD_SERIALIZED) return;
  auto ctrl = mpilock::sync<backend>(users);
  std::mutex turn;
  const auto passages = [&] {
    for (int i = 0; i < 20; ++i) {
      const std::lock_guard serialised(turn);
      const auto lock = ctrl.write();
    }
  };
  {
    std::jthread other(passages);
    passages();
  }
  ctrl.lock();
  std::jthread([&] { ctrl.unlock(); }).join();  // a rank is one owner, whichever thread calls
  ctrl.barrier();
  { const auto lock = ctrl.read(); }
  BOOST_TEST(ctrl.epoch() == static_cast<std::uint64_t>(41 * users.size()));
  ctrl.barrier();
}
