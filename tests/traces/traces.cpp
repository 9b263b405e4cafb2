/// @file
/// @brief Writes traces of known events, which check_traces reads.

#include <mpi.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <thread>

#include "mpilock/mpilock.hpp"
#include "mpilock/observing/clock_alignment.hpp"
#include "mpilock/observing/otlp_trace.hpp"
#include "mpilock/observing/perfetto_trace.hpp"

namespace {

using namespace std::chrono_literals;

/// Every rank makes a read section with a nested one and an upgrade in it. Then each makes a write
/// section while the others wait, and one attempt that fails while rank 0 writes.
void lock_and_unlock(std::shared_ptr<mpilock::span_recorder> recorder) {
  auto ctrl =
      mpilock::sync(MPI_COMM_WORLD, 0, {.name = "traced \"lock\" \xff\t", .observers = {recorder}});
  {
    const auto reading = ctrl.read();
    const auto nested = ctrl.read();
    const auto upgraded = ctrl.write();
  }
  ctrl.barrier();
  {
    const auto writing = ctrl.write();
    std::this_thread::sleep_for(2ms);
  }
  ctrl.barrier();
  if (ctrl.rank() == 0) ctrl.lock();
  ctrl.barrier();
  if (ctrl.rank() != 0 && ctrl.try_write_for(1ms)) throw mpilock::error("this must have failed");
  ctrl.barrier();
  if (ctrl.rank() == 0) ctrl.unlock();
  ctrl.barrier();
}

/// Clocks that differ by a second from rank to rank must be aligned.
void check_alignment(int rank) {
  const auto skewed = [&] {
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()) +
           std::chrono::seconds(rank);
  };
  const mpilock::clock_alignment clocks(MPI_COMM_WORLD, 0, skewed);
  const auto error = clocks.offset() + std::chrono::seconds(rank);
  const auto most = clocks.uncertainty() + 1us;
  if (error > most || -error > most) throw mpilock::error("the clocks aren't aligned");
}

/// Checks this rank only. If all ranks call this and one hangs, the test ends too.
template <class Error, class Action>
void must_throw(const std::string& saying, Action&& action) {
  try {
    action();
  } catch (const Error& failure) {
    if (std::string(failure.what()).find(saying) != std::string::npos) return;
    throw;
  }
  throw mpilock::error("no exception, but there should be one that says: " + saying);
}

void check_refusals(int rank, int size) {
  const mpilock::span_recorder nothing;
  for (const char* path : {"/nowhere/trace.json", "/dev/full"}) {
    try {
      mpilock::write_otlp(MPI_COMM_WORLD, nothing, path);
    } catch (const mpilock::error& failure) {
      if (std::string(failure.what()).find(path) != std::string::npos) continue;
    }
    throw mpilock::error("a trace that can't be written must be an error on every rank");
  }
  for (const int root : {-1, 1000})
    must_throw<mpilock::usage_error>("root " + std::to_string(root), [&] {
      mpilock::write_perfetto(MPI_COMM_WORLD, nothing, "trace.json", root);
    });
  if (size == 1) return;
  must_throw<mpilock::mismatch_error>("root 1", [&] {
    mpilock::write_otlp(MPI_COMM_WORLD, nothing, "trace.json", rank == 0 ? 1 : 0);
  });
  must_throw<mpilock::mismatch_error>("root 1000", [&] {
    mpilock::write_perfetto(MPI_COMM_WORLD, nothing, "trace.json", rank == 0 ? 0 : 1000);
  });
}

void check_communicators(int rank, int size) {
  const mpilock::span_recorder nothing;
  must_throw<mpilock::usage_error>("write_otlp(MPI_COMM_NULL)", [&] {
    mpilock::write_otlp(MPI_COMM_NULL, nothing, "trace.json");
  });
  must_throw<mpilock::usage_error>("clock_alignment(MPI_COMM_NULL)",
                                   [] { const mpilock::clock_alignment clocks(MPI_COMM_NULL, 0); });
  must_throw<mpilock::usage_error>(
      "root 1000", [] { const mpilock::clock_alignment clocks(MPI_COMM_WORLD, 1000); });
  if (size == 1) return;
  MPI_Comm half = MPI_COMM_NULL;
  MPI_Comm both = MPI_COMM_NULL;
  MPI_Comm_split(MPI_COMM_WORLD, rank == 0 ? 0 : 1, 0, &half);
  MPI_Intercomm_create(half, 0, MPI_COMM_WORLD, rank == 0 ? 1 : 0, 5, &both);
  must_throw<mpilock::usage_error>("intercommunicator",
                                   [&] { mpilock::write_perfetto(both, nothing, "trace.json"); });
  MPI_Comm_free(&both);
  MPI_Comm_free(&half);
}

/// Local. A recorder may outlive MPI, but no trace can be written then.
void check_after_finalize(const mpilock::span_recorder& recorder) {
  must_throw<mpilock::usage_error>("write_otlp() after MPI_Finalize", [&] {
    mpilock::write_otlp(MPI_COMM_WORLD, recorder, "trace.json");
  });
  must_throw<mpilock::usage_error>("write_perfetto() after MPI_Finalize", [&] {
    mpilock::write_perfetto(MPI_COMM_WORLD, recorder, "trace.json");
  });
  must_throw<mpilock::usage_error>(
      "after MPI_Finalize", [] { const mpilock::clock_alignment clocks(MPI_COMM_WORLD, 0); });
}

int failures_of(int rank, auto&& action) {
  try {
    action();
    return 0;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "rank %d: %s\n", rank, failure.what());
    return 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0;
  int size = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  const auto recorder = std::make_shared<mpilock::span_recorder>();
  const int failed = failures_of(rank, [&] {
    lock_and_unlock(recorder);
    mpilock::write_otlp(MPI_COMM_WORLD, *recorder, "otlp.json");
    mpilock::write_perfetto(MPI_COMM_WORLD, *recorder, "perfetto.json");
    check_alignment(rank);
    check_refusals(rank, size);
    check_communicators(rank, size);
  });
  MPI_Finalize();
  return failed + failures_of(rank, [&] { check_after_finalize(*recorder); });
}
