// mpi-test: ranks=2,3 flavours=one
// A rank has no memory for a shared value: all ranks are told, and none waits in a broadcast.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <limits>
#include <new>
#include <string>
#include <vector>

#include "everyone.hpp"

namespace {

/// Requests of this many bytes or more fail.
std::size_t too_many = std::numeric_limits<std::size_t>::max();

struct with_at_most {
  explicit with_at_most(std::size_t bytes) { too_many = bytes; }
  ~with_at_most() { too_many = std::numeric_limits<std::size_t>::max(); }
};

}  // namespace

void* operator new(std::size_t size) {
  void* const memory = size < too_many ? std::malloc(size == 0 ? 1 : size) : nullptr;
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

MPILOCK_CONTRACT(a_rank_without_memory_for_a_large_value) {
  auto ctrl = mpilock::sync<backend>(users);
  constexpr std::size_t size = 1'000'000;
  const int poor = users.size() - 1;
  for (int i = 0; i < 2; ++i) {
    auto fence = ctrl.single_write();
    if (fence.guard()) fence.share(std::vector<char>(size, 'x'));
    contracts::everyone_throws<mpilock::unavailable_error>(
        users, {"rank " + std::to_string(poor), "no memory", "share it in parts"}, [&] {
          if (users.rank() == poor) {
            const with_at_most few(size / 2);
            fence.template collect<std::vector<char>>();
          } else {
            fence.template collect<std::vector<char>>();
          }
        });
  }
  contracts::still_works(ctrl);
}

MPILOCK_CONTRACT(a_rank_without_memory_for_a_small_value) {
  auto ctrl = mpilock::sync<backend>(users);
  const int poor = users.size() - 1;
  auto fence = ctrl.single_write();
  if (fence.guard()) fence.share(std::vector<char>(3'000, 'x'));
  if (users.rank() == poor) {
    const with_at_most few(2'000);
    BOOST_CHECK_THROW(fence.template collect<std::vector<char>>(), std::bad_alloc);
  } else {
    BOOST_TEST(fence.template collect<std::vector<char>>().size() == 3'000U);
  }
  contracts::still_works(ctrl);
}
