// mpi-test: ranks=2 flavours=all timeout=120
/// @file
/// @brief Makes and closes controllers again and again, and in another loop bare communicators and
/// windows. The memory and files of the process must not grow more in the first loop.
///
/// The long form makes 100,000 of each kind. MPILOCK_TEST_CONTROLLERS sets another number.

#include <mpi.h>

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <new>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "mpilock/mpilock.hpp"
#include "stress/counted_mpi.hpp"
#include "stress/resources.hpp"
#include "support/environment.hpp"
#include "support/ranks.hpp"

namespace {
std::atomic<std::int64_t> blocks_in_use = 0;
}  // namespace

// Counts the library's blocks on the heap. The MPI libraries are written in C and don't use these
// operators.
void* operator new(std::size_t size) {
  void* block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  ++blocks_in_use;
  return block;
}
void operator delete(void* block) noexcept {
  if (block != nullptr) --blocks_in_use;
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

namespace stress {
namespace {

using mpilock::polling_progress;
using mpilock::reader_preferring;
using mpilock::writer_preferring;

template <class Backend, class Fairness, class Progress>
struct kind {
  using backend = Backend;
  using controller = mpilock::basic_window_controller<Backend, Fairness, Progress>;
};
using kinds = std::tuple<kind<mpilock::shared_memory, writer_preferring, polling_progress>,
                         kind<mpilock::rma_window, writer_preferring, polling_progress>,
                         kind<mpilock::two_sided, reader_preferring, mpilock::threaded_progress>>;

int wanted_controllers() {
  return std::stoi(
      mpilock_test::setting("MPILOCK_TEST_CONTROLLERS", mpilock_test::is_long_form()   ? "100000"
                                                        : mpilock_test::is_sanitized() ? "60"
                                                                                       : "300"));
}

/// Collective. Makes and frees the objects of MPI that a lock of this backend needs, without the
/// lock.
template <class Backend>
void take_and_give_back(MPI_Comm users) {
  constexpr bool shares = std::is_same_v<Backend, mpilock::shared_memory>;
  MPI_Comm copy = MPI_COMM_NULL;
  MPI_Comm node = MPI_COMM_NULL;
  MPI_Win window = MPI_WIN_NULL;
  void* base = nullptr;
  MPI_Comm_dup(users, &copy);
  if constexpr (shares) {
    MPI_Comm_split_type(copy, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
    MPI_Comm_free(&node);
    MPI_Win_allocate_shared(4096, 1, MPI_INFO_NULL, copy, &base, &window);
  } else if constexpr (std::is_same_v<Backend, mpilock::rma_window>) {
    MPI_Win_allocate(512, 8, MPI_INFO_NULL, copy, &base, &window);
    MPI_Win_lock_all(MPI_MODE_NOCHECK, window);
    MPI_Win_unlock_all(window);
  }
  mpilock_test::meet(copy);
  if (window != MPI_WIN_NULL) MPI_Win_free(&window);
  MPI_Comm_free(&copy);
}

/// Collective. The life of a controller, which ends in one of several ways. Some constructions
/// fail.
template <class Controller>
void live_and_die(MPI_Comm users, int number) {
  if (number % 8 == 7)
    static_cast<void>(
        mpilock_test::throws<mpilock::usage_error>([&] { Controller never(users, -1); }));
  Controller ctrl(users, number % mpilock_test::size_of(users), {.name = "one of many, many more"});
  { const auto lock = ctrl.write(); }
  { const auto lock = ctrl.read(); }
  if (number % 4 == 1) ctrl.close();
  if (number % 4 == 2) Controller(std::move(ctrl)).close();
  if (number % 4 == 3) Controller heir = std::move(ctrl);
}

/// Collective. The growth of this process by `rounds` calls. Some calls come first, which fill
/// caches.
template <class Round>
resources growth_of(MPI_Comm users, int rounds, Round&& round) {
  for (int i = 0; i < 50; ++i) round(i);
  mpilock_test::meet(users);
  const resources before = resources::of_this_process();
  for (int i = 0; i < rounds; ++i) round(i);
  mpilock_test::meet(users);
  return resources::of_this_process() - before;
}

/// Growth by one for each twentieth controller counts as noise, and so do 64 bytes of memory for
/// each controller.
void require_no_more(const resources& lock, const resources& bare, int rounds) {
  const std::int64_t some = rounds / 20;
  if (!mpilock_test::is_sanitized())  // a sanitizer keeps freed memory
    BOOST_TEST(lock.memory <= std::max<std::int64_t>(bare.memory, 0) + 256 + rounds / 16);
  BOOST_TEST(lock.descriptors <= std::max<std::int64_t>(bare.descriptors, 0) + some);
  BOOST_TEST(lock.mappings <= std::max<std::int64_t>(bare.mappings, 0) + some);
  BOOST_TEST(lock.shared_files <= std::max<std::int64_t>(bare.shared_files, 0) + some);
}

/// Objects that can be counted exactly. Their numbers must be the same as before.
struct exact_counts {
  std::int64_t blocks = blocks_in_use;
  int communicators = alive.communicators;
  int windows = alive.windows;
  int keyvals = alive.keyvals;
  int attributes = alive.attributes;

  void require_same() const {
    BOOST_TEST(blocks_in_use == blocks);
    BOOST_TEST(alive.communicators == communicators);
    BOOST_TEST(alive.windows == windows);
    BOOST_TEST(alive.keyvals == keyvals);
    BOOST_TEST(alive.attributes == attributes);
  }
};

}  // namespace
}  // namespace stress

BOOST_AUTO_TEST_CASE_TEMPLATE(closed_controllers_leave_nothing, kind, stress::kinds) {
  using namespace stress;
  using controller = typename kind::controller;
  if (std::is_same_v<typename kind::backend, mpilock::shared_memory> &&
      !mpilock_test::on_one_node(MPI_COMM_WORLD))
    return;
  const int rounds = wanted_controllers();
  const resources bare = growth_of(MPI_COMM_WORLD, rounds, [](int) {
    take_and_give_back<typename kind::backend>(MPI_COMM_WORLD);
  });
  for (int i = 0; i < 8; ++i)  // takes the hook in MPI_Finalize and the lists' capacity
    live_and_die<controller>(MPI_COMM_WORLD, i);
  const exact_counts before;
  const int made = alive.made;
  const resources lock = growth_of(
      MPI_COMM_WORLD, rounds, [](int number) { live_and_die<controller>(MPI_COMM_WORLD, number); });
  before.require_same();
  BOOST_TEST(alive.made - made >= rounds);
  require_no_more(lock, bare, rounds);
  if (mpilock_test::rank_in(MPI_COMM_WORLD) == 0)
    std::cout << kind::backend::name << ", " << rounds << " controllers: " << lock << "; " << rounds
              << " times what they are made of: " << bare << std::endl;
}
