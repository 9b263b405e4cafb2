/// @file
/// @brief Writes traces of a known course of events, for check_traces to read.

#include <mpi.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <thread>

#include "mpilock/mpilock.hpp"
#include "mpilock/observing/clock_alignment.hpp"
#include "mpilock/observing/otlp_trace.hpp"
#include "mpilock/observing/perfetto_trace.hpp"

namespace {

using namespace std::chrono_literals;

/// Every rank: a read section with a nested one and a promotion in it, then a write section that the
/// others wait for, then an attempt that fails while rank 0 writes.
void lock_and_unlock(std::shared_ptr<mpilock::span_recorder> recorder) {
  auto ctrl =
      mpilock::sync(MPI_COMM_WORLD, 0, {.name = "traced \"lock\"", .observers = {recorder}});
  {
    const auto reading = ctrl.read();
    const auto nested = ctrl.read();
    const auto promoted = ctrl.write();
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

/// Clocks that differ by a second per rank must come out aligned.
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

void check_refusals() {
  const mpilock::span_recorder nothing;
  for (const char* path : {"/nowhere/trace.json", "/dev/full"}) {
    try {
      mpilock::write_otlp(MPI_COMM_WORLD, nothing, path);
    } catch (const mpilock::error& failure) {
      if (std::string(failure.what()).find(path) != std::string::npos) continue;
    }
    throw mpilock::error("a trace that can't be written must be an error on every rank");
  }
  try {
    mpilock::write_perfetto(MPI_COMM_WORLD, nothing, "trace.json", 1000);
  } catch (const mpilock::usage_error&) {
    return;
  }
  throw mpilock::error("there is no rank 1000");
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  int failed = 0;
  try {
    const auto recorder = std::make_shared<mpilock::span_recorder>();
    lock_and_unlock(recorder);
    mpilock::write_otlp(MPI_COMM_WORLD, *recorder, "otlp.json");
    mpilock::write_perfetto(MPI_COMM_WORLD, *recorder, "perfetto.json");
    check_alignment(rank);
    check_refusals();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "rank %d: %s\n", rank, failure.what());
    failed = 1;
  }
  MPI_Finalize();
  return failed;
}
