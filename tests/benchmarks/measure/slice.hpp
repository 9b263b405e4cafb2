#pragma once
/// @file
/// @brief A slice: passages through the lock, one after the other, until its time is over.

#include <array>
#include <cstddef>
#include <cstdint>

#include "clocks.hpp"
#include "contender.hpp"
#include "hdf5_job.hpp"
#include "mpilock/vocabulary/access.hpp"
#include "random_bits.hpp"
#include "shared_data.hpp"
#include "slice_alarm.hpp"
#include "wait_histogram.hpp"
#include "workload.hpp"

namespace lockbench {

using mpilock::access;

/// The task of a rank. The seed doesn't depend on the contender, so that all get the same mix.
struct slice_plan {
  workload what = workload::ECSB;
  std::uint64_t write_below = 0;  ///< a passage writes if 32 random bits are below it
  std::uint64_t seed = 0;
  int time_every = 1;         ///< one acquire in so many is timed
  std::int64_t start_ns = 0;  ///< the same on all ranks, even if one begins late
  std::int64_t end_ns = 0;
  shared_data* data = nullptr;
  hdf5_job* file = nullptr;
};

/// The results of a rank.
struct slice_result {
  std::array<std::int64_t, 2> passages{};  ///< read, write
  std::array<wait_histogram, 2> waits{};   ///< read, write
  std::int64_t elapsed_ns = 0;
};

constexpr std::size_t index_of(access kind) { return kind == access::write ? 1 : 0; }

template <contender Lock>
void enter(Lock& lock, access kind) {
  if (kind == access::write)
    lock.lock();
  else
    lock.lock_shared();
}

template <contender Lock>
void leave(Lock& lock, access kind) {
  if (kind == access::write)
    lock.unlock();
  else
    lock.unlock_shared();
}

/// @name The work in a section and after it. @{
struct nothing_inside {
  static constexpr bool times_release = false;
  void inside(access) {}
  void after() {}
};

struct nothing_inside_timed_whole : nothing_inside {
  static constexpr bool times_release = true;
};

struct single_access : nothing_inside {
  shared_data& data;
  void inside(access kind) {
    if (kind == access::write)
      data.write(1);
    else
      data.read();
  }
};

struct work_inside : nothing_inside {
  shared_data& data;
  random_bits how_long;
  void inside(access kind) {
    if (kind == access::write)
      data.count_up();
    else
      data.read();
    compute_for(1000 + how_long.next() % 3000);
  }
};

struct work_after : nothing_inside {
  random_bits how_long;
  void after() { compute_for(1000 + how_long.next() % 3000); }
};

struct file_inside : nothing_inside {
  hdf5_job& file;
  void inside(access kind) {
    if (kind == access::write)
      file.write();
    else
      file.read();
  }
};
/// @}

template <contender Lock, class Job>
void pass_until_alarm(Lock& lock, const slice_plan& plan, Job job, slice_result& result) {
  random_bits chance(plan.seed);
  int untimed_left = plan.time_every / 2;
  do {
    const access kind = chance.next() < plan.write_below ? access::write : access::read;
    const bool timed = untimed_left-- == 0;
    if (timed) untimed_left = plan.time_every - 1;
    const std::int64_t start = timed ? now_ns() : 0;
    enter(lock, kind);
    if (timed && !Job::times_release)
      result.waits[index_of(kind)].add(now_ns() - start, plan.time_every);
    job.inside(kind);
    leave(lock, kind);
    if (timed && Job::times_release)
      result.waits[index_of(kind)].add(now_ns() - start, plan.time_every);
    job.after();
    ++result.passages[index_of(kind)];
  } while (!slice_alarm::has_rung());
}

/// At least one passage, even if the time is over.
template <contender Lock>
void run_slice(Lock& lock, const slice_plan& plan, slice_result& result) {
  const random_bits how_long(~plan.seed);
  slice_alarm::set(plan.end_ns - now_ns());
  const auto pass = [&](auto job) { pass_until_alarm(lock, plan, job, result); };
  switch (plan.what) {
    case workload::LB:
      pass(nothing_inside_timed_whole{});
      break;
    case workload::ECSB:
      pass(nothing_inside{});
      break;
    case workload::SOB:
      pass(single_access{{}, *plan.data});
      break;
    case workload::WCSB:
      pass(work_inside{{}, *plan.data, how_long});
      break;
    case workload::WARB:
      pass(work_after{{}, how_long});
      break;
    case workload::HDF5:
      pass(file_inside{{}, *plan.file});
      break;
    case workload::HOLD:
      break;  // bench::hold does it
  }
  result.elapsed_ns += now_ns() - plan.start_ns;
}

}  // namespace lockbench
