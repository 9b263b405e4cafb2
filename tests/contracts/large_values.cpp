// mpi-test: ranks=1,2,3 flavours=one
// mpi-test: ranks=2 flavours=all
// Values of any size travel in pieces. The value beyond 2 GiB is sent only in the long form, with
// two ranks.

#include <mpi.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "everyone.hpp"
#include "mpilock/mpi/communicator.hpp"

namespace {

struct yielding {
  void idle() { mpilock_test::yielding{}(); }
};

std::byte byte_at(std::size_t place) { return static_cast<std::byte>(place * 31 + (place >> 8)); }

std::vector<std::byte> pattern(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = byte_at(i);
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_broadcast_in_pieces) {
  const contracts::users_communicator users;
  yielding idle;
  auto ranks = mpilock::detail::found(users, {.name = "pieces"}, mpilock::call_site(), [](int) {
    return mpilock::detail::ballot{.call = mpilock::detail::collective::sync};
  });
  auto& comm = ranks.comm();
  for (const std::size_t size : {0U, 1U, 63U, 64U, 65U, 127U, 128U, 1000U}) {
    for (const std::size_t piece : {1U, 64U, 1000U, 4096U}) {
      for (int from = 0; from < users.size(); ++from) {
        auto bytes = users.rank() == from ? pattern(size) : std::vector<std::byte>(size);
        comm.broadcast(bytes, from, idle, piece);
        BOOST_TEST((bytes == pattern(size)), size << " bytes in pieces of " << piece);
      }
    }
  }
  comm.free(idle);
}

MPILOCK_CONTRACT(a_value_of_some_megabytes) {
  auto ctrl = mpilock::sync<backend>(users);
  constexpr std::size_t size = 12'345'678;
  const auto received = ctrl.single_write(users.size() - 1, [] { return pattern(size); });
  BOOST_TEST((received == pattern(size)));
  const auto text = ctrl.single_write([] { return std::string(5'000'000, 'y'); });
  BOOST_TEST((text == std::string(5'000'000, 'y')));
}

MPILOCK_CONTRACT(a_value_of_no_bytes) {
  auto ctrl = mpilock::sync<backend>(users);
  BOOST_TEST(ctrl.single_write([] { return std::string(); }).empty());
  BOOST_TEST(ctrl.single_write([] { return std::vector<double>(); }).empty());
}

BOOST_AUTO_TEST_CASE(a_value_beyond_two_gibibytes) {
  const contracts::users_communicator users;
  if (!mpilock_test::is_long_form() || users.size() != 2) return;
  auto ctrl = mpilock::sync(users);
  constexpr std::size_t size = (std::size_t{1} << 31) + 17;
  const auto bytes = ctrl.single_write([] { return pattern(size); });
  BOOST_TEST(bytes.size() == size);
  bool same = true;
  for (std::size_t i = 0; i < size; ++i) same = same && bytes[i] == byte_at(i);
  BOOST_TEST(same);
}
