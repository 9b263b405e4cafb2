// mpi-test: ranks=3,8 flavours=one
// mpi-test: ranks=3 flavours=mpich_nodes
// Reports of stalls: one rank reports for all that wait, for the lock or in a collective call.
// Notes are read whole, and a rank that waits for a note serves the others.

#include <mpi.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstddef>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "everyone.hpp"
#include "support/captured_errors.hpp"

namespace {

using namespace std::chrono_literals;

/// The faults when this rank reads a note.
struct {
  int torn = 0;          ///< the number of notes that arrive torn
  int silent_rank = -1;  ///< the rank whose note doesn't arrive
  MPI_Request unanswered = MPI_REQUEST_NULL;
  std::vector<char> record;
} reading;

constexpr int never_sent = 77;

bool says(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

template <class Controller>
std::string report_of(Controller& ctrl) {
  std::ostringstream out;
  ctrl.report(out);
  return out.str();
}

/// Returns when rank `which` has noted that it waits.
template <class Controller>
void until_it_waits(Controller& ctrl, int which) {
  while (!says(report_of(ctrl), "rank " + std::to_string(which) + " waits to write"))
    ctrl.progress();
}

/// What this rank writes to std::cerr. Rank 1 is told of each text.
class errors_with_news final : public std::stringbuf {
 public:
  explicit errors_with_news(MPI_Comm users) : users_(users), before_(std::cerr.rdbuf(this)) {}
  ~errors_with_news() override { std::cerr.rdbuf(before_); }

  int texts() const { return texts_; }

 private:
  int sync() override {
    ++texts_;
    mpilock_test::tell(users_, 1, 0);
    return 0;
  }

  MPI_Comm users_;
  int texts_ = 0;
  std::streambuf* before_;
};

/// Collective. Rank 1 comes to the call when another rank has reported that it waits there. At
/// least one report says all of `expected`.
template <class Call>
void rank_1_comes_late(MPI_Comm users, const std::vector<std::string>& expected, Call&& call) {
  bool told = false;
  int texts = 0;
  const bool is_late = mpilock_test::rank_in(users) == 1;
  if (is_late) {
    mpilock_test::hear(users, MPI_ANY_SOURCE);
    call();
  } else {
    const errors_with_news errors(users);
    call();
    texts = errors.texts();
    told = std::ranges::all_of(expected, [&](auto& each) { return says(errors.str(), each); });
    BOOST_TEST((told || texts == 0), errors.str());
  }
  BOOST_TEST(mpilock_test::sum_over(users, told ? 1 : 0) > 0);
  for (auto heard = mpilock_test::sum_over(users, texts); is_late && heard > 1; --heard)
    mpilock_test::hear(users, MPI_ANY_SOURCE);
}

}  // namespace

// The linker finds this definition before MPI's own.
extern "C" int MPI_Rget(void* to, int count, MPI_Datatype type, int rank, MPI_Aint place,
                        int count_there, MPI_Datatype type_there, MPI_Win window,
                        MPI_Request* request) {
  if (rank == reading.silent_rank) {
    reading.record.resize(static_cast<std::size_t>(count));
    const int code = PMPI_Irecv(to, count, type, 0, never_sent, MPI_COMM_SELF, request);
    reading.unanswered = *request;
    return code;
  }
  const int code =
      PMPI_Rget(to, count, type, rank, place, count_there, type_there, window, request);
  if (code != MPI_SUCCESS || reading.torn == 0) return code;
  --reading.torn;
  mpilock_test::complete(*request);
  auto* const bytes = static_cast<std::byte*>(to);
  for (int i = 8; i < count - 8; ++i) bytes[i] ^= std::byte{1};  // keeps both ends
  return MPI_SUCCESS;
}

/// All ranks but rank 0 begin to wait, in the order of their numbers. So rank 1 has waited longest.
MPILOCK_CONTRACT(one_rank_reports_for_all) {
  auto ctrl = mpilock::sync<backend>(users, 0, {.name = "ledger", .stall_report = 1s});
  std::string text;
  if (users.rank() == 0) ctrl.lock();
  ctrl.barrier();
  if (users.rank() == 0) {
    until_it_waits(ctrl, users.size() - 1);
    for (int heard = 1; heard < users.size(); ++heard)
      mpilock_test::hear(users, heard, mpilock_test::serving(ctrl));
    ctrl.unlock();
  } else {
    if (users.rank() > 1) until_it_waits(ctrl, users.rank() - 1);
    const mpilock_test::captured_errors errors;
    BOOST_TEST(!ctrl.try_write_for(1800ms).owns_lock());
    mpilock_test::tell(users, 0, 0, mpilock_test::serving(ctrl));
    text = errors.text();
  }
  BOOST_TEST(says(text, "has waited to write") == (users.rank() == 1), text);
  if (users.rank() == 1) {
    BOOST_TEST(says(text, "'ledger'"));
    for (int rank = 2; rank < users.size(); ++rank)
      BOOST_TEST(says(text, "rank " + std::to_string(rank) + " waits to write"), text);
  }
  ctrl.barrier();
}

MPILOCK_CONTRACT(a_late_rank_is_named_in_every_collective_call) {
  std::optional ctrl = mpilock::sync<backend>(users, 0, {.name = "ledger", .stall_report = 200ms});
  const auto expected_in = [](const std::string& call) {
    return std::vector<std::string>{"mpilock 'ledger'", "has waited " + call + " for 0.",
                                    "stall_reports.cpp:", ", for rank 1\n"};
  };
  rank_1_comes_late(users, expected_in("in barrier()"), [&] { ctrl->barrier(); });
  rank_1_comes_late(users, expected_in("in single_write()"),
                    [&] { static_cast<void>(ctrl->single_write(0, [] { return 1; })); });
  auto scope = ctrl->single_write();
  rank_1_comes_late(users, expected_in("in collect()"), [&] { scope.collect(); });
  rank_1_comes_late(users, expected_in("in the destructor"), [&] { ctrl.reset(); });
  ctrl.emplace(users, 0, mpilock::options{.name = "ledger", .stall_report = 200ms});
  rank_1_comes_late(users, expected_in("in close()"), [&] { ctrl->close(); });
}

/// No notes exist yet. So the ranks can't say which rank is missing.
BOOST_AUTO_TEST_CASE(a_late_rank_is_missed_in_sync) {
  const contracts::users_communicator users;
  rank_1_comes_late(
      users, {"mpilock 'ledger'", "has waited in sync() for 0.", "stall_reports.cpp:"},
      [&] { auto ctrl = mpilock::sync(users, 0, {.name = "ledger", .stall_report = 100ms}); });
}

/// The rank that has waited longest is stopped. Its note is in shared memory.
BOOST_AUTO_TEST_CASE(another_rank_reports_where_the_first_is_stopped) {
  const contracts::users_communicator users;
  if (!mpilock_test::on_one_node(users)) return;
  auto ctrl = mpilock::sync<mpilock::shared_memory>(users, 0, {.stall_report = 300ms});
  if (users.rank() == 0) ctrl.lock();
  ctrl.barrier();
  if (users.rank() == 0) {
    const auto process = static_cast<pid_t>(mpilock_test::hear(users, 1));
    until_it_waits(ctrl, 1);
    ::kill(process, SIGSTOP);
    mpilock_test::tell(users, 2, 0);
    mpilock_test::hear(users, 2);
    ::kill(process, SIGCONT);
    ctrl.unlock();
  } else if (users.rank() == 1) {
    mpilock_test::tell(users, 0, ::getpid());
    const mpilock_test::captured_errors errors;
    const auto lock = ctrl.write();
  } else if (users.rank() == 2) {
    mpilock_test::hear(users, 0);
    const mpilock_test::captured_errors errors;
    while (errors.text().empty()) BOOST_TEST(!ctrl.try_write_for(1s).owns_lock());
    BOOST_TEST(says(errors.text(), "rank 2 has waited to write"), errors.text());
    BOOST_TEST(says(errors.text(), "rank 0 holds a write lock"), errors.text());
    BOOST_TEST(says(errors.text(), "rank 1 waits to write"), errors.text());
    for (int rank = 3; rank < users.size(); ++rank)
      BOOST_TEST(!says(errors.text(), "rank " + std::to_string(rank)), errors.text());
    mpilock_test::tell(users, 0, 0);
  }
  mpilock_test::meet(users);  // a rank in the controller's own barrier would wait longest
}

MPILOCK_CONTRACT(a_torn_note_is_read_again) {
  if (mpilock_test::on_one_node(users)) return;  // there, MPI brings no note
  auto ctrl = mpilock::sync<backend>(users, 0, {.stall_report = 1h});
  if (users.rank() == 1) ctrl.lock();
  ctrl.barrier();
  if (users.rank() == 0) {
    reading.torn = 3;
    const std::string text = report_of(ctrl);
    BOOST_TEST(reading.torn == 0);
    BOOST_TEST(says(text, "rank 1 holds a write lock for"), text);
    BOOST_TEST(says(text, "stall_reports.cpp:"), text);
    BOOST_TEST(!says(text, "it waits to"), text);
  }
  ctrl.barrier();
  if (users.rank() == 1) ctrl.unlock();
  ctrl.barrier();
}

/// Rank 0 waits for the note of the last rank, which doesn't arrive. It serves rank 1 meanwhile.
BOOST_AUTO_TEST_CASE(a_root_that_waits_for_a_note_serves_the_others) {
  const contracts::users_communicator users;
  if (mpilock_test::on_one_node(users)) return;
  auto ctrl =
      mpilock::sync<mpilock::two_sided, mpilock::polling_progress>(users, 0, {.stall_report = 1h});
  const int last = users.size() - 1;
  if (users.rank() == 0) {
    reading.silent_rank = last;
    mpilock_test::meet(users);
    const std::string text = report_of(ctrl);
    BOOST_TEST(says(text, "rank " + std::to_string(last) + " does not answer"), text);
    BOOST_TEST(mpilock_test::has_news(users, 1), "rank 1 has been inside");
    mpilock_test::hear(users, 1, mpilock_test::serving(ctrl));
    reading.silent_rank = -1;
    MPI_Send(reading.record.data(), static_cast<int>(reading.record.size()), MPI_BYTE, 0,
             never_sent, MPI_COMM_SELF);  // completes the receive
  } else {
    mpilock_test::meet(users);
    if (users.rank() == 1) {
      { const auto lock = ctrl.write(); }
      mpilock_test::tell(users, 0, 0);
    }
  }
  ctrl.barrier();
}
