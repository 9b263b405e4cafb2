// mpi-test: ranks=2 flavours=one
// Several shared libraries of one process have mpilock inside, hidden from each other, and so has the
// program. What must be one per process is one for all of them.

#include <dlfcn.h>
#include <mpi.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "guest.hpp"
#include "mpilock/mpi/process_registry.hpp"
#include "support/ranks.hpp"

namespace {

using mpilock_test::meet;
using mpilock_test::rank_in;

int duplicates = 0;

/// A library of the test, as a plug-in of some program would be loaded.
class library {
 public:
  explicit library(const std::string& name)
      : handle_(dlopen((TEST_LIBRARIES + name).c_str(), RTLD_NOW | RTLD_LOCAL)) {
    BOOST_REQUIRE_MESSAGE(handle_ != nullptr, dlerror());
    guest_ = static_cast<const shared_libraries::guest*>(dlsym(handle_, "this_guest"));
    BOOST_REQUIRE(guest_ != nullptr);
  }
  void unload() { dlclose(handle_); }
  const shared_libraries::guest* operator->() const { return guest_; }

 private:
  void* handle_;
  const shared_libraries::guest* guest_;
};

library& first() {
  static library only("/libfirst_guest.so");
  return only;
}
library& second() {
  static library only("/libsecond_guest.so");
  return only;
}

/// Local. The threads of this process.
auto threads() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"),
                       std::filesystem::directory_iterator());
}

}  // namespace

extern "C" int MPI_Comm_dup_with_info(MPI_Comm comm, MPI_Info info, MPI_Comm* copy) {
  ++duplicates;
  return PMPI_Comm_dup_with_info(comm, info, copy);
}

// The order in which the libraries make their mark on MPI differs between the ranks.
BOOST_AUTO_TEST_CASE(all_find_the_same_registry) {
  const int rank = rank_in(MPI_COMM_WORLD);
  for (library* each :
       std::array{rank == 0 ? &first() : &second(), rank == 0 ? &second() : &first()}) {
    (*each)->open(MPI_COMM_SELF, false);
    (*each)->close();
  }
  BOOST_TEST(first()->registry() == second()->registry());
  BOOST_TEST(first()->registry() == &mpilock::detail::process_registry::of_this_process());
}

BOOST_AUTO_TEST_CASE(keys_are_given_once) {
  const auto key = first()->next_key();
  BOOST_TEST(second()->next_key() > key);
  BOOST_TEST(first()->next_key() > key + 1);
}

BOOST_AUTO_TEST_CASE(a_wait_in_one_library_serves_the_lock_of_the_other) {
  first()->open(MPI_COMM_WORLD, false);
  second()->open(MPI_COMM_WORLD, false);
  if (rank_in(MPI_COMM_WORLD) != 0) BOOST_TEST(second()->write());  // rank 0 hosts it
  first()->barrier();
  second()->close();
  first()->close();
}

BOOST_AUTO_TEST_CASE(one_thread_serves_the_locks_of_all) {
  const auto before = threads();
  first()->open(MPI_COMM_WORLD, true);
  second()->open(MPI_COMM_WORLD, true);
  BOOST_TEST(threads() - before == (rank_in(MPI_COMM_WORLD) == 0 ? 1 : 0));
  if (rank_in(MPI_COMM_WORLD) != 0) BOOST_TEST((first()->write() && second()->write()));
  meet(MPI_COMM_WORLD);  // rank 0 serves by its thread alone
  second()->close();
  first()->close();
  BOOST_TEST(threads() == before);
}

BOOST_AUTO_TEST_CASE(a_communicator_has_one_duplicate) {
  duplicates = 0;
  first()->open(MPI_COMM_WORLD, false);
  second()->open(MPI_COMM_WORLD, false);
  BOOST_TEST(duplicates == 1);
  first()->close();
  second()->barrier();  // the duplicate is still there
  second()->close();
}

// It was compiled with containers of another size, so that it can't use the same registry.
BOOST_AUTO_TEST_CASE(a_library_that_does_not_fit_has_a_registry_of_its_own) {
  const library other("/libother_guest.so");
  BOOST_TEST(other->registry() != first()->registry());
  other->open(MPI_COMM_WORLD, false);
  BOOST_TEST((rank_in(MPI_COMM_WORLD) != 0 || other->write()));
  other->barrier();
  other->close();
}

// Each rank unloads another library: that of the registry, the thread and the callbacks, or the other
// one. MPI_Finalize closes what is left open here in one order, or it hangs.
BOOST_AUTO_TEST_CASE(a_library_that_is_unloaded_leaves_the_others_working) {
  first()->open(MPI_COMM_WORLD, true);
  second()->open(MPI_COMM_WORLD, true);
  (rank_in(MPI_COMM_WORLD) == 0 ? first() : second()).unload();
  if (rank_in(MPI_COMM_WORLD) != 0) BOOST_TEST((first()->write() && second()->write()));
  meet(MPI_COMM_WORLD);
  second()->close();
  first()->close();
  first()->open(MPI_COMM_WORLD, false);
  second()->open(MPI_COMM_WORLD, false);
}
