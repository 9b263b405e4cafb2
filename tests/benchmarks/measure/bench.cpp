#include "bench.hpp"

#include <mpi.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <exception>

#include "clocks.hpp"
#include "meeting.hpp"

namespace lockbench {
namespace {

constexpr std::int64_t ms = 1'000'000;  // ns
constexpr std::int64_t hold_ns = 20 * ms;
constexpr int time_every_when_quick = 16;

bool is_wanted(const std::vector<std::string>& names, const contender_facts& facts) {
  return names.empty() || std::any_of(names.begin(), names.end(), [&](const std::string& name) {
           return facts.name.starts_with(name);
         });
}

/// A look at the clock would change the figures of these.
bool is_quick(workload what) { return what == workload::ECSB || what == workload::SOB; }

std::string name_of_mpi() {
#if defined(OPEN_MPI)
  return "Open MPI " + std::to_string(OMPI_MAJOR_VERSION) + "." +
         std::to_string(OMPI_MINOR_VERSION) + "." + std::to_string(OMPI_RELEASE_VERSION);
#elif defined(MPICH_VERSION)
  return "MPICH " MPICH_VERSION;
#else
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  MPI_Get_library_version(text, &length);
  return std::string(text, static_cast<std::size_t>(length))
      .substr(0, std::string(text).find('\n'));
#endif
}

std::int64_t cost_of_looking_twice() {
  std::vector<std::int64_t> took(1001);
  for (std::int64_t& each : took) {
    const std::int64_t start = now_ns();
    each = now_ns() - start;
  }
  std::nth_element(took.begin(), took.begin() + 500, took.end());
  return took[500];
}

}  // namespace

bench::bench(const launch_facts& here, const settings& wanted, const std::vector<listing>& listed)
    : here_(here), wanted_(wanted), data_(here) {
  if (std::count(wanted.workloads.begin(), wanted.workloads.end(), workload::HDF5) > 0)
    file_ = std::make_unique<hdf5_job>(here);
  for (const listing& each : listed) {
    if (!is_wanted(wanted.contenders, each.facts)) continue;
    if (wanted.recommend && each.facts.fairness != wanted.fairness) continue;
    std::string why = each.why_not(here);
    if (why.empty()) try {
        participants_.push_back({each.facts, each.make(here), {}, 1});
        continue;
      } catch (const std::exception& failure) {  // the same on all ranks
        why = failure.what();
      }
    skipped_.push_back({each.facts.name, why});
  }
}

void bench::free() {
  for (participant& each : participants_) each.lock->free();
  participants_.clear();
  if (file_ != nullptr) file_->free();
  data_.free();
}

/// A floor that keeps no rank out is measured only with empty sections.
bool bench::takes_part(const participant& who, workload what) const {
  return who.facts.kind != "floor" || who.facts.keeps_out || what == workload::LB ||
         what == workload::ECSB;
}

slice_plan bench::plan_of(workload what, double writers, int round) {
  slice_plan plan;
  plan.what = what;
  plan.write_below = static_cast<std::uint64_t>(std::llround(writers / 100 * 4294967296.0));
  const auto cell = static_cast<std::uint64_t>(what) * 101 + static_cast<std::uint64_t>(writers);
  plan.seed = (cell << 40) ^ (static_cast<std::uint64_t>(round) << 20) ^
              static_cast<std::uint64_t>(here_.rank + 1);
  plan.data = &data_;
  plan.file = file_.get();
  return plan;
}

/// Collective. Agrees on a start. If ranks began when they leave a barrier, the last ones would be
/// alone at the end, and make passages without competition. So all begin at one time, if they share
/// a clock.
std::int64_t bench::agreed_start(entrant& lock) const {
  const auto serve = [&] { lock.serve(); };
  const std::int64_t latest = greatest(here_.comm, now_ns(), serve);
  if (!here_.one_clock) return now_ns();
  const std::int64_t until_all_know = here_.one_node ? ms / 10 + here_.size * ms / 20 : 5 * ms;
  const std::int64_t start = latest + until_all_know;
  for (int any = 0; now_ns() < start; sched_yield()) {
    serve();
    PMPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, here_.comm, &any, MPI_STATUS_IGNORE);
  }
  return start;
}

void bench::slice(entrant& lock, slice_plan plan, double length_ms, measurement& own) {
  const bool counts = plan.what == workload::WCSB && here_.rank == 0;
  const std::uint64_t before = counts ? data_.read() : 0;
  const mpi_tally before_start = counted();
  plan.start_ns = agreed_start(lock);
  plan.end_ns = plan.start_ns + static_cast<std::int64_t>(length_ms * ms);
  const usage_meter meter(before_start);
  if (passes()) lock.run(plan, own.all);
  meter.read_at_end(own);
  meet(here_.comm, [&] { lock.serve(); });
  meter.read_after_meeting(own);
  if (counts) own.counted_up += static_cast<std::int64_t>(data_.read() - before);
}

/// Also finds out whether a look at the clock in each passage would change the figures.
void bench::warm_up(participant& who, slice_plan plan) {
  measurement unused;
  plan.time_every = is_quick(plan.what) ? time_every_when_quick : 1;
  slice(*who.lock, plan, wanted_.slice_ms / 8, unused);
  const bool slow = unused.all.elapsed_ns > 2000 * unused.passages();
  who.time_every = slow ? 1 : plan.time_every;
}

void bench::hold(entrant& lock, const slice_plan& plan, measurement& own) {
  const auto serve = [&] { lock.serve(); };
  const bool holds = here_.rank == 0;
  meet(here_.comm, serve);
  if (holds) lock.enter_once(access::write);
  const access kind =
      holds || random_bits(plan.seed).next() < plan.write_below ? access::write : access::read;
  const mpi_tally before_start = counted();
  const std::int64_t start = agreed_start(lock);
  const usage_meter meter(before_start);
  if (holds) {
    // MPI makes progress now and then, as in any well-behaved program.
    for (int any = 0; now_ns() < start + hold_ns; usleep(100)) {
      serve();
      PMPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, here_.comm, &any, MPI_STATUS_IGNORE);
    }
  } else {
    const std::int64_t cpu_before = cpu_ns();
    lock.enter_once(kind);
    const std::int64_t waited = now_ns() - start;
    own.cpu_waiting += cpu_ns() - cpu_before;
    own.ns_waiting += waited;
    own.all.waits[index_of(kind)].add(waited, 1);
  }
  lock.leave_once(kind);
  ++own.all.passages[index_of(kind)];
  own.all.elapsed_ns += now_ns() - start;
  meter.read_at_end(own);
  meet(here_.comm, serve);
  meter.read_after_meeting(own);
}

void bench::turn(participant& who, const slice_plan& plan) {
  if (plan.what == workload::HOLD)
    hold(*who.lock, plan, who.own);
  else
    slice(*who.lock, plan, wanted_.slice_ms, who.own);
  who.own.end_round();
}

void bench::run_cells(workload what, double writers, results& all,
                      const std::function<void()>& step) {
  for (participant& each : participants_) {
    each.own = {};
    if (takes_part(each, what) && what != workload::HOLD) warm_up(each, plan_of(what, writers, 0));
  }
  for (int round = 1; round <= wanted_.rounds; ++round)
    for (participant& each : participants_) {
      if (!takes_part(each, what)) continue;
      slice_plan plan = plan_of(what, writers, round);
      plan.time_every = each.time_every;
      turn(each, plan);
      step();
    }
  const bool all_pass = wanted_.only_rank < 0 || what == workload::HOLD;
  for (const participant& each : participants_) {
    if (!takes_part(each, what)) continue;
    cell made = each.own.add_up(here_, all_pass ? here_.size : 1);
    made.what = what;
    made.writers = writers;
    made.contender = each.facts.name;
    if (what != workload::WCSB) made.lost_updates.reset();
    all.cells.push_back(std::move(made));
  }
}

results bench::run(const on_step& tell) {
  results all;
  all.mpi = name_of_mpi();
  all.ranks = here_.size;
  all.ranks_of_node = here_.ranks_of_node;
  all.cores = here_.cores;
  all.regime = here_.regime();
  all.rounds = wanted_.rounds;
  all.slice_ms = wanted_.slice_ms;
  all.only_rank = wanted_.only_rank;
  all.clock_ns = cost_of_looking_twice();
  all.workloads = wanted_.workloads;
  for (const participant& each : participants_) all.contenders.push_back(each.facts);
  all.skipped = skipped_;

  int steps = 0;
  for (const workload what : wanted_.workloads)
    for (const participant& each : participants_)
      if (takes_part(each, what))
        steps += wanted_.rounds * static_cast<int>(wanted_.writers.size());
  int done = 0;
  for (const workload what : wanted_.workloads)
    for (const double writers : wanted_.writers) {
      const std::string now = std::string(facts_of(what).name) + ", " +
                              std::to_string(writers).substr(0, 4) + " % writers";
      run_cells(what, writers, all, [&] { tell(++done, steps, now); });
    }
  return all;
}

}  // namespace lockbench
