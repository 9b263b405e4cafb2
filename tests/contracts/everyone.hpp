#pragma once
// Common parts of the contract's tests: every rank must throw the right exception with the right
// words, and the user's communicator must still work.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "mpilock/mpilock.hpp"
#include "support/environment.hpp"
#include "support/ranks.hpp"

namespace contracts {

using mpilock_test::meet;
using mpilock_test::rank_in;
using mpilock_test::size_of;

using words = std::vector<std::string>;

/// Local. Checks that `action` throws an `Error` whose text contains all of `expected`.
/// @return whether it does
template <class Error, class Action>
bool throws_saying(const words& expected, Action&& action) {
  try {
    action();
  } catch (const Error& failure) {
    const std::string_view text = failure.what();
    bool complete = true;
    for (const std::string& each : expected) {
      const bool said = text.find(each) != text.npos;
      BOOST_TEST(said, "\"" << text << "\" should say \"" << each << "\"");
      complete = complete && said;
    }
    return complete;
  } catch (const std::exception& other) {
    BOOST_ERROR("another exception: " << other.what());
    return false;
  } catch (...) {
    BOOST_ERROR("an exception that is not a std::exception");
    return false;
  }
  BOOST_ERROR("no exception");
  return false;
}

/// Collective. Checks that `action` throws an `Error` on every rank. The ranks compare their
/// results on the user's communicator, which must still work afterwards.
template <class Error, class Action>
void everyone_throws(MPI_Comm users, const words& expected, Action&& action) {
  const bool here = throws_saying<Error>(expected, action);
  BOOST_TEST(mpilock_test::sum_over(users, here ? 1 : 0) == size_of(users));
  meet(users);
}

/// Collective. Checks that a controller still works: a barrier, a single_write by each rank in
/// turn, a write and a read section.
template <class Controller>
void still_works(Controller& ctrl) {
  ctrl.barrier();
  for (int writer = 0; writer < ctrl.size(); ++writer)
    BOOST_TEST(ctrl.single_write(writer, [&] { return 100 + writer; }) == 100 + writer);
  { const auto lock = ctrl.write(); }
  { const auto lock = ctrl.read(); }
  ctrl.barrier();
}

/// A duplicate of MPI_COMM_WORLD, used as the user's communicator.
class users_communicator {
 public:
  users_communicator() { MPI_Comm_dup(MPI_COMM_WORLD, &handle_); }
  ~users_communicator() {
    if (std::uncaught_exceptions() == 0 && handle_ != MPI_COMM_NULL) MPI_Comm_free(&handle_);
  }
  users_communicator(const users_communicator&) = delete;
  users_communicator& operator=(const users_communicator&) = delete;

  operator MPI_Comm() const noexcept { return handle_; }
  int rank() const { return rank_in(handle_); }
  int size() const { return size_of(handle_); }
  void free() { MPI_Comm_free(&handle_); }

 private:
  MPI_Comm handle_ = MPI_COMM_NULL;
};

using backends = std::tuple<mpilock::shared_memory, mpilock::rma_window, mpilock::two_sided>;

/// Collective. Whether this launch can use the backend: shared memory needs one node. The test
/// `shared_memory_over_several_nodes` checks that it is refused elsewhere.
template <class Backend>
bool is_for_this_launch(MPI_Comm comm) {
  return Backend::name != mpilock::shared_memory::name || mpilock_test::on_one_node(comm);
}

}  // namespace contracts

/// A test case for each backend that this launch can use. Its body has two names: `backend`, and
/// `users`, the user's communicator.
#define MPILOCK_CONTRACT(name)                                                      \
  template <class backend>                                                          \
  void name##_over(const contracts::users_communicator& users);                     \
  BOOST_AUTO_TEST_CASE_TEMPLATE(name, backend, contracts::backends) {               \
    const contracts::users_communicator users;                                      \
    if (contracts::is_for_this_launch<backend>(users)) name##_over<backend>(users); \
  }                                                                                 \
  template <class backend>                                                          \
  void name##_over([[maybe_unused]] const contracts::users_communicator& users)
