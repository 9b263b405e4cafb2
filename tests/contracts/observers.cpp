// mpi-test: ranks=1,3 flavours=all
// What a controller shows of itself: observers, counters, reports of stalls, names.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "everyone.hpp"
#include "support/captured_errors.hpp"

namespace {

using namespace std::chrono_literals;
using mpilock::access;

std::vector<std::string> names_given;

/// Remembers all events.
class notebook final : public mpilock::observer {
 public:
  struct note {
    std::string what;
    mpilock::event about;
  };
  std::vector<note> notes;

  void requested(const mpilock::event& about) noexcept override { add("requested", about); }
  void granted(const mpilock::event& about) noexcept override { add("granted", about); }
  void refused(const mpilock::event& about) noexcept override { add("refused", about); }
  void released(const mpilock::event& about) noexcept override { add("released", about); }

  /// @return "requested read, granted read, …"; also empties the notebook
  std::string take() {
    std::string all;
    for (const note& each : std::exchange(notes, {}))
      all += (all.empty() ? "" : ", ") + each.what + ' ' + to_string(each.about.kind) +
             (each.about.nested ? " nested" : "") + (each.about.upgraded ? " upgraded" : "");
    return all;
  }

 private:
  void add(const char* what, const mpilock::event& about) { notes.push_back({what, about}); }
};

/// An environment variable of this process, as long as this object lives.
class with_variable {
 public:
  with_variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~with_variable() { unsetenv(name_); }

 private:
  const char* name_;
};

void check_says(const std::string& text, const std::vector<std::string>& expected) {
  for (const std::string& each : expected)
    BOOST_TEST((text.find(each) != text.npos), "\"" << text << "\" should say \"" << each << "\"");
}

}  // namespace

// The linker finds these definitions before MPI's own.
extern "C" int MPI_Comm_set_name(MPI_Comm comm, const char* name) {
  names_given.emplace_back(name);
  return PMPI_Comm_set_name(comm, name);
}
extern "C" int MPI_Win_set_name(MPI_Win window, const char* name) {
  names_given.emplace_back(std::string("window ") + name);
  return PMPI_Win_set_name(window, name);
}

MPILOCK_CONTRACT(observers_see_every_section) {
  const auto book = std::make_shared<notebook>();
  auto ctrl = mpilock::sync<backend>(users, 0, {.name = "seen", .observers = {book}});
  for (int turn = 0; turn < users.size(); ++turn) {
    if (users.rank() == turn) {
      { const auto lock = ctrl.read(); }
      BOOST_TEST(book->take() == "requested read, granted read, released read");
      {
        const auto reading = ctrl.read();
        const auto again = ctrl.read();
        const auto writing = ctrl.write();
      }
      BOOST_TEST(book->take() ==
                 "requested read, granted read, requested read nested, granted read nested, "
                 "requested write upgraded, granted write upgraded, released write upgraded, "
                 "released read nested, released read");
      auto writing = ctrl.write();
      const auto reading = ctrl.downgrade(std::move(writing));
      BOOST_TEST(book->take() ==
                 "requested write, granted write, requested read nested, granted read nested, "
                 "released write");
    }
    ctrl.barrier();
    book->take();
  }
  ctrl.close();
}

MPILOCK_CONTRACT(observers_learn_where_and_when) {
  const auto book = std::make_shared<notebook>();
  auto ctrl = mpilock::sync<backend>(users, 0, {.observers = {book}});
  const unsigned here = __LINE__ + 1;
  { const auto lock = ctrl.read(); }
  { const auto lock = ctrl.try_write_for(10s); }
  ctrl.lock();
  ctrl.unlock();
  const std::vector<unsigned> lines{here,     here,     here,     here + 1, here + 1,
                                    here + 1, here + 2, here + 2, here + 2};
  BOOST_TEST_REQUIRE(book->notes.size() == lines.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const mpilock::event& about = book->notes[i].about;
    BOOST_TEST(about.from.line == lines[i]);
    BOOST_TEST(std::string(about.from.file).find("observers.cpp") != std::string::npos);
    BOOST_TEST(about.rank == users.rank());
    if (i > 0) BOOST_TEST((about.when >= book->notes[i - 1].about.when));
  }
  ctrl.barrier();
}

MPILOCK_CONTRACT(failed_attempts_are_refused) {
  if (users.size() == 1) return;
  const auto book = std::make_shared<notebook>();
  auto ctrl = mpilock::sync<backend>(users, 0, {.observers = {book}});
  if (users.rank() == 0) ctrl.lock();
  ctrl.barrier();
  if (users.rank() == 1) {
    BOOST_TEST(!ctrl.try_read().owns_lock());
    BOOST_TEST(book->take() == "requested read, refused read");
  }
  ctrl.barrier();
  if (users.rank() == 0) ctrl.unlock();
  ctrl.barrier();
}

MPILOCK_CONTRACT(counters_count) {
  auto ctrl = mpilock::sync<backend>(users);
  if (users.rank() == 0) ctrl.lock();
  ctrl.barrier();
  if (users.rank() == 1) {
    // A rank that the system stops until the deadline has passed has not waited.
    while (ctrl.counters().reads.waits == 0) BOOST_TEST(!ctrl.try_read_for(20ms).owns_lock());
    BOOST_TEST(ctrl.counters().reads.waits == 1U);
    BOOST_TEST((ctrl.counters().of(access::read).waited > 0ms));
  }
  ctrl.barrier();
  if (users.rank() == 0) ctrl.unlock();
  for (int i = 0; i < 3; ++i) {
    const auto outer = ctrl.read();
    const auto inner = ctrl.read();
  }
  const mpilock::counters now = ctrl.counters();
  BOOST_TEST(now.reads.sections == 6U);
  BOOST_TEST(now.writes.sections == (users.rank() == 0 ? 1U : 0U));
  BOOST_TEST(now.writes.waits == 0U);
  ctrl.barrier();
}

/// The writer prints while it waits. The reader leaves after that.
MPILOCK_CONTRACT(a_long_wait_is_reported) {
  if (users.size() == 1) return;
  auto ctrl = mpilock::sync<backend>(users, 0, {.name = "ledger", .stall_report = 30ms});
  if (users.rank() == 0) {
    const auto reading = ctrl.read();
    mpilock_test::tell(users, 1, 0, mpilock_test::serving(ctrl));
    mpilock_test::hear(users, 1, mpilock_test::serving(ctrl));
  } else if (users.rank() == 1) {
    mpilock_test::hear(users, 0, mpilock_test::serving(ctrl));  // the reader is inside
    const mpilock_test::captured_errors errors;
    while (errors.text().empty()) BOOST_TEST(!ctrl.try_write_for(500ms).owns_lock());
    mpilock_test::tell(users, 0, 0, mpilock_test::serving(ctrl));
    check_says(errors.text(), {"mpilock 'ledger' (" + std::string(backend::name) + ")",
                               "rank 1 has waited to write", "rank 0 holds a read lock for",
                               "observers.cpp:", "rank 1 waits to write"});
  }
  mpilock_test::meet(users, mpilock_test::serving(ctrl));  // in ctrl.barrier() a rank waits longer
}

MPILOCK_CONTRACT(a_report_on_demand) {
  auto plain = mpilock::sync<backend>(users, 0, {.name = "plain"});
  auto ctrl = mpilock::sync<backend>(users, 0, {.name = "ledger", .stall_report = 1h});
  if (users.rank() == 0) ctrl.lock();
  ctrl.barrier();
  std::ostringstream out;
  ctrl.report(out);
  check_says(out.str(), {"'ledger'", "rank " + std::to_string(users.rank())});
  if (users.size() > 1) check_says(out.str(), {"rank 0 holds a write lock", "observers.cpp:"});
  out.str("");
  plain.report(out);
  check_says(out.str(), {"'plain'", "holds nothing"});
  if (users.size() > 1) check_says(out.str(), {"set options.stall_report"});
  ctrl.barrier();
  if (users.rank() == 0) ctrl.unlock();
  ctrl.barrier();
}

MPILOCK_CONTRACT(ranks_that_report_and_ranks_that_dont) {
  if (users.size() == 1) return;
  contracts::everyone_throws<mpilock::mismatch_error>(users, {"stall_report 1000000 ns"}, [&] {
    (void)mpilock::sync<backend>(users, 0, {.stall_report = users.rank() == 0 ? 1ms : 0ms});
  });
}

MPILOCK_CONTRACT(a_negative_time_is_refused) {
  contracts::everyone_throws<mpilock::usage_error>(users, {"stall_report -1", "give a time"}, [&] {
    (void)mpilock::sync<backend>(users, 0, {.stall_report = -1ns});
  });
}

MPILOCK_CONTRACT(the_environment_switches_reports_on) {
  const with_variable set("MPILOCK_STALL_REPORT", "1.5h");
  auto ctrl = mpilock::sync<backend>(users, 0, {.name = "ledger"});
  if (users.rank() == 0) ctrl.lock();
  ctrl.barrier();
  std::ostringstream out;
  ctrl.report(out);
  if (users.size() > 1) check_says(out.str(), {"rank 0 holds a write lock", "observers.cpp:"});
  ctrl.barrier();
  if (users.rank() == 0) ctrl.unlock();
  ctrl.barrier();
}

MPILOCK_CONTRACT(an_environment_that_gives_no_time_is_refused) {
  for (const char* text : {"", "5", "soon", "-1s", "0s", "1s and more", "1e30h"}) {
    const with_variable set("MPILOCK_STALL_REPORT", text);
    contracts::everyone_throws<mpilock::usage_error>(
        users, {"MPILOCK_STALL_REPORT is '" + std::string(text) + "'", "5s, 500ms, 2min"},
        [&] { (void)mpilock::sync<backend>(users); });
  }
}

MPILOCK_CONTRACT(mpi_objects_of_a_lock_have_its_name) {
  names_given.clear();
  auto ctrl = mpilock::sync<backend>(users, 0, {.name = std::string(300, 'x')});
  if (users.size() > 1) {
    // All controllers of the communicator share the duplicate. This controller owns the window.
    const bool has_window = backend::name != mpilock::two_sided::name;
    BOOST_TEST_REQUIRE(names_given.size() == (has_window ? 2U : 1U));
    BOOST_TEST(names_given.front() == "mpilock");
    if (has_window) BOOST_TEST(names_given.back().starts_with("window mpilock:xxx"));
    BOOST_TEST(names_given.back().size() < MPI_MAX_OBJECT_NAME + sizeof "window ");
  }
  ctrl.barrier();
}
