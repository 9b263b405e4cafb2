// mpi-test: ranks=2 flavours=one
// Several shared libraries of one process contain mpilock, hidden from each other, and so does the
// program. They must share the objects of which a process may have only one.

#include <dlfcn.h>
#include <mpi.h>

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

/// A library of the test, loaded as a program would load a plug-in.
class library {
 public:
  explicit library(const std::string& name)
      : handle_(dlopen((TEST_LIBRARIES "/lib" + name + ".so").c_str(), RTLD_NOW | RTLD_LOCAL)) {
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

// The registry, the thread and MPI's callbacks belong to the library that is unloaded, since it is
// the first one. In a thread other than the main one, only mpilock keeps it loaded.
BOOST_AUTO_TEST_CASE(a_library_that_is_unloaded_leaves_the_others_working) {
  const library stays("guest_1");
  std::thread([&] {
    library goes("guest_0");
    goes->open(MPI_COMM_WORLD, true);
    stays->open(MPI_COMM_WORLD, true);
    goes->close();
    goes.unload();
  }).join();
  if (rank_in(MPI_COMM_WORLD) != 0) BOOST_TEST(stays->write());
  meet(MPI_COMM_WORLD);  // rank 0's thread serves, which the other library started
  stays->close();
}

BOOST_AUTO_TEST_CASE(all_find_the_same_registry) {
  const library one("guest_1");
  const library other("guest_2");
  BOOST_TEST(one->registry() == other->registry());
  BOOST_TEST(one->registry() == &mpilock::detail::process_registry::of_this_process());
}

BOOST_AUTO_TEST_CASE(keys_are_given_once) {
  const library one("guest_1");
  const library other("guest_2");
  const auto key = one->next_key();
  BOOST_TEST(other->next_key() > key);
  BOOST_TEST(one->next_key() > key + 1);
}

BOOST_AUTO_TEST_CASE(a_wait_in_one_library_serves_the_lock_of_the_other) {
  const library one("guest_1");
  const library other("guest_2");
  one->open(MPI_COMM_WORLD, false);
  other->open(MPI_COMM_WORLD, false);
  if (rank_in(MPI_COMM_WORLD) != 0) BOOST_TEST(other->write());  // rank 0 hosts the lock
  one->barrier();
  other->close();
  one->close();
}

BOOST_AUTO_TEST_CASE(one_thread_serves_the_locks_of_all) {
  const library one("guest_1");
  const library other("guest_2");
  const auto before = threads();
  one->open(MPI_COMM_WORLD, true);
  other->open(MPI_COMM_WORLD, true);
  BOOST_TEST(threads() - before == (rank_in(MPI_COMM_WORLD) == 0 ? 1 : 0));
  if (rank_in(MPI_COMM_WORLD) != 0) BOOST_TEST((one->write() && other->write()));
  meet(MPI_COMM_WORLD);  // only rank 0's thread serves
  other->close();
  one->close();
  BOOST_TEST(threads() == before);
}

BOOST_AUTO_TEST_CASE(a_communicator_has_one_duplicate) {
  const library one("guest_1");
  const library other("guest_2");
  duplicates = 0;
  one->open(MPI_COMM_WORLD, false);
  other->open(MPI_COMM_WORLD, false);
  BOOST_TEST(duplicates == 1);
  one->close();
  other->barrier();  // the duplicate is still there
  other->close();
}

BOOST_AUTO_TEST_CASE(a_library_with_containers_of_another_size_has_a_registry_of_its_own) {
  const library one("guest_1");
  const library unlike("unlike_guest");
  BOOST_TEST(unlike->registry() != one->registry());
  unlike->open(MPI_COMM_WORLD, false);
  BOOST_TEST((rank_in(MPI_COMM_WORLD) != 0 || unlike->write()));
  unlike->barrier();
  unlike->close();
}

// The ranks load the two libraries in different orders. So MPI_Finalize would hang if it closed one
// library's controllers after the other's.
BOOST_AUTO_TEST_CASE(finalize_closes_all_in_one_order) {
  const bool is_first = rank_in(MPI_COMM_WORLD) == 0;
  const library early(is_first ? "guest_3" : "guest_4");
  const library late(is_first ? "guest_4" : "guest_3");
  for (const library* each : {&early, &late}) {
    (*each)->open(MPI_COMM_SELF, false);
    (*each)->close();
  }
  (is_first ? early : late)->open(MPI_COMM_WORLD, false);
  (is_first ? late : early)->open(MPI_COMM_WORLD, false);
}
