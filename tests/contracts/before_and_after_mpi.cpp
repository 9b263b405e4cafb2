// mpi-test: ranks=1,2,3 flavours=all
// What the library does before MPI_Init and after MPI_Finalize, and what happens to objects that
// are still open in between. With the common main(), only static objects run code at these times. A
// test case reports what they find before MPI_Init; the exit status tells what they find after
// MPI_Finalize.

#include <mpi.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "everyone.hpp"

namespace {

using controller = mpilock::basic_window_controller<mpilock::rma_window, mpilock::writer_preferring,
                                                    mpilock::polling_progress>;
using messages = mpilock::basic_window_controller<mpilock::two_sided, mpilock::reader_preferring,
                                                  mpilock::no_progress>;

template <class Error>
std::string text_of(auto&& action) {
  try {
    action();
  } catch (const Error& failure) {
    return failure.what();
  } catch (...) {
    return "another exception";
  }
  return "no exception";
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

std::string sync_now() {
  return text_of<mpilock::usage_error>([] { static_cast<void>(mpilock::sync()); });
}

const std::string before_init = sync_now();

/// All objects that are open when main() calls MPI_Finalize. This is a static object, so that all
/// of them are destroyed after MPI_Finalize. Its destructor checks them.
struct left_open {
  std::vector<std::unique_ptr<controller>> plain;
  std::optional<messages> other_policies;
  std::optional<controller> held_to_read;
  std::optional<controller> held_to_write;
  std::optional<controller> moved_from;
  std::optional<controller> moved_to;
  std::optional<controller::write_guard> guard;
  std::vector<controller> overlapping;
  std::optional<controller> fenced;
  std::optional<controller::fence_type> fence;
  bool filled = false;

  ~left_open() {
    if (!filled) return;
    bool sound = says(sync_now(), "MPI_Finalize");
    for (auto& each : plain) sound = sound && is_closed(*each);
    for (auto& each : overlapping) sound = sound && is_closed(each);
    sound = sound && is_closed(*held_to_read) && is_closed(*held_to_write) &&
            is_closed(*moved_to) && is_closed(*other_policies);
    fence.reset();  // its controller was closed at MPI_Finalize; a destructor must not call MPI
    fenced.reset();
    guard.reset();  // its section ended at MPI_Finalize; a destructor must not throw
    plain.clear();
    held_to_write.reset();
    held_to_read.reset();
    if (sound) return;
    std::fputs("after MPI_Finalize: a controller is not closed as it should be\n", stderr);
    _exit(1);
  }

  template <class Controller>
  static bool is_closed(Controller& ctrl) {
    const auto lock = [&] { ctrl.lock(); };
    return ctrl.closed() && says(text_of<mpilock::closed_error>(lock), "closed") &&
           text_of<mpilock::closed_error>([&] { ctrl.close(); }) == "no exception";
  }
};

left_open all;

void open_overlapping() {
  const int rank = mpilock_test::rank_in(MPI_COMM_WORLD);
  for (const int modulus : {2, 3}) {  // each rank is in two communicators with different others
    MPI_Comm part = MPI_COMM_NULL;
    MPI_Comm_split(MPI_COMM_WORLD, rank % modulus, 0, &part);
    all.overlapping.emplace_back(part);
    MPI_Comm_free(&part);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(before_mpi_init) {
  BOOST_TEST(says(before_init, "before MPI_Init"), before_init);
}

BOOST_AUTO_TEST_CASE(controllers_are_left_open_for_mpi_finalize) {
  const int rank = mpilock_test::rank_in(MPI_COMM_WORLD);
  const int last = mpilock_test::size_of(MPI_COMM_WORLD) - 1;
  all.filled = true;
  for (int i = 0; i < 3; ++i)
    all.plain.push_back(std::make_unique<controller>(MPI_COMM_WORLD, last));
  all.other_policies.emplace(MPI_COMM_WORLD);
  open_overlapping();
  all.held_to_read.emplace(MPI_COMM_WORLD);
  all.held_to_read->lock_shared();
  all.held_to_write.emplace(MPI_COMM_WORLD);
  if (rank == last) {
    all.held_to_write->lock();
    all.held_to_write->lock_shared();
  }
  all.moved_from.emplace(MPI_COMM_WORLD);
  all.moved_to.emplace(std::move(*all.moved_from));
  all.fenced.emplace(MPI_COMM_WORLD);
  all.fence.emplace(all.fenced->single_write());
  if (rank == 0) all.guard.emplace(all.moved_to->write());
  BOOST_TEST(!all.moved_to->closed());
}

BOOST_AUTO_TEST_CASE(one_is_closed_and_one_left_by_an_exception_before_mpi_finalize) {
  controller closed(MPI_COMM_WORLD);
  closed.close();
  const bool leaves = mpilock_test::rank_in(MPI_COMM_WORLD) == 0;
  try {
    controller abandoned(MPI_COMM_WORLD);
    if (leaves) throw std::runtime_error("out of here");
  } catch (const std::runtime_error&) {
  }
  contracts::meet(MPI_COMM_WORLD);
}
