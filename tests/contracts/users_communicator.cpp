// mpi-test: ranks=1,2,3 flavours=all
// The library changes nothing that belongs to the user: error handlers, the lifetime of the
// communicator, tags and messages in flight, attributes.

#include <mpi.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <thread>

#include "everyone.hpp"

namespace {

void never_called(MPI_Comm*, int*, ...) { BOOST_ERROR("the user's error handler was called"); }

/// A handler that MPI returns is a reference, which must be given back.
bool has_handler(MPI_Comm comm, MPI_Errhandler expected) {
  MPI_Errhandler found = MPI_ERRHANDLER_NULL;
  MPI_Comm_get_errhandler(comm, &found);
  const bool same = found == expected;
  if (found != MPI_ERRORS_RETURN && found != MPI_ERRORS_ARE_FATAL) MPI_Errhandler_free(&found);
  return same;
}

template <class Backend>
void keeps_handler(MPI_Comm users, MPI_Errhandler handler) {
  MPI_Comm_set_errhandler(users, handler);
  {
    auto ctrl = mpilock::sync<Backend>(users);
    BOOST_TEST(has_handler(users, handler));
    contracts::still_works(ctrl);
    BOOST_TEST(has_handler(users, handler));
  }
  BOOST_TEST(has_handler(users, handler));
}

/// How often MPI copied and deleted the user's attribute.
struct copies {
  int made = 0;
  int deleted = 0;
};

int count_copy(MPI_Comm, int, void* extra, void* value, void* copied, int* flag) {
  ++static_cast<copies*>(extra)->made;
  *static_cast<void**>(copied) = value;
  *flag = 1;
  return MPI_SUCCESS;
}

int count_delete(MPI_Comm, int, void*, void* extra) {
  ++static_cast<copies*>(extra)->deleted;
  return MPI_SUCCESS;
}

}  // namespace

MPILOCK_CONTRACT(error_handlers_stay) {
  keeps_handler<backend>(users, MPI_ERRORS_RETURN);
  keeps_handler<backend>(users, MPI_ERRORS_ARE_FATAL);
  MPI_Errhandler own = MPI_ERRHANDLER_NULL;
  MPI_Comm_create_errhandler(&never_called, &own);
  keeps_handler<backend>(users, own);
  MPI_Comm_set_errhandler(users, MPI_ERRORS_ARE_FATAL);
  MPI_Errhandler_free(&own);
}

MPILOCK_CONTRACT(error_handlers_stay_when_construction_fails) {
  MPI_Comm_set_errhandler(users, MPI_ERRORS_RETURN);
  contracts::everyone_throws<mpilock::usage_error>(
      users, {"root -1"}, [&] { static_cast<void>(mpilock::sync<backend>(users, -1)); });
  BOOST_TEST(has_handler(users, MPI_ERRORS_RETURN));
}

MPILOCK_CONTRACT(the_user_frees_the_communicator_early) {
  contracts::users_communicator short_lived;
  auto ctrl = mpilock::sync<backend>(short_lived);
  short_lived.free();
  contracts::still_works(ctrl);
  ctrl.close();
}

MPILOCK_CONTRACT(wildcard_receives_of_the_user_get_the_users_messages_alone) {
  std::array<int, 2> got{-1, -1};
  std::array<MPI_Request, 2> wildcards{};
  for (int i = 0; i < 2; ++i)
    MPI_Irecv(&got[static_cast<std::size_t>(i)], 1, MPI_INT, MPI_ANY_SOURCE, MPI_ANY_TAG, users,
              &wildcards[static_cast<std::size_t>(i)]);
  {
    auto ctrl = mpilock::sync<backend>(users, users.size() - 1);
    for (int i = 0; i < 5; ++i) contracts::still_works(ctrl);
    for (auto& each : wildcards) {
      int done = 0;
      MPI_Test(&each, &done, MPI_STATUS_IGNORE);
      BOOST_TEST(done == 0);
    }
  }
  contracts::meet(users);  // no rank has sent a message yet
  const int next = (users.rank() + 1) % users.size();
  for (const int number : {1, 2}) MPI_Send(&number, 1, MPI_INT, next, 7 + number, users);
  for (auto& each : wildcards) mpilock_test::complete(each);
  BOOST_TEST(got[0] == 1);
  BOOST_TEST(got[1] == 2);
}

MPILOCK_CONTRACT(messages_in_flight_are_left_alone) {
  const int next = (users.rank() + 1) % users.size();
  std::array<MPI_Request, 3> sends{};
  std::array<int, 3> numbers{10, 11, 12};
  for (std::size_t i = 0; i < numbers.size(); ++i)  // tags that the library might use itself
    MPI_Isend(&numbers[i], 1, MPI_INT, next, static_cast<int>(i), users, &sends[i]);
  auto ctrl = mpilock::sync<backend>(users);
  contracts::still_works(ctrl);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    int got = 0;
    MPI_Request receive = MPI_REQUEST_NULL;
    MPI_Irecv(&got, 1, MPI_INT, MPI_ANY_SOURCE, static_cast<int>(i), users, &receive);
    mpilock_test::complete(receive, mpilock_test::serving(ctrl));
    BOOST_TEST(got == numbers[i]);
    mpilock_test::complete(sends[i], mpilock_test::serving(ctrl));
  }
  ctrl.barrier();
}

MPILOCK_CONTRACT(a_collective_of_the_users_may_be_under_way) {
  MPI_Request barrier = MPI_REQUEST_NULL;
  auto ctrl = mpilock::sync<backend>(users);
  if (users.rank() != 0) MPI_Ibarrier(users, &barrier);
  contracts::still_works(ctrl);
  if (users.rank() == 0) MPI_Ibarrier(users, &barrier);
  mpilock_test::complete(barrier, mpilock_test::serving(ctrl));
  ctrl.barrier();
}

MPILOCK_CONTRACT(attributes_stay) {
  copies counted;
  int key = MPI_KEYVAL_INVALID;
  MPI_Comm_create_keyval(&count_copy, &count_delete, &key, &counted);
  int value = 42;
  MPI_Comm_set_attr(users, key, &value);
  {
    auto ctrl = mpilock::sync<backend>(users);
    contracts::still_works(ctrl);
    ctrl.close();
  }
  BOOST_TEST(counted.made == counted.deleted);  // the copies were deleted with the duplicate
  int* found = nullptr;
  int flag = 0;
  MPI_Comm_get_attr(users, key, static_cast<void*>(&found), &flag);
  BOOST_TEST(flag != 0);
  BOOST_TEST(found == &value);
  MPI_Comm_delete_attr(users, key);
  MPI_Comm_free_keyval(&key);
}
