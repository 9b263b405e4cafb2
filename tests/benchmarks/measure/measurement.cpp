#include "measurement.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <numeric>

#include "meeting.hpp"

namespace lockbench {
namespace {

std::int64_t voluntary_switches() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return used.ru_nvcsw;
}

/// Visits every number that is summed over the ranks.
template <class Visit>
void visit_sums(measurement& of, const Visit& visit) {
  visit(of.all.passages.data(), of.all.passages.size());
  visit(&of.all.elapsed_ns, 1);
  visit(of.passages_of_rounds.data(), of.passages_of_rounds.size());
  visit(of.ns_of_rounds.data(), of.ns_of_rounds.size());
  visit(of.cpu_waiting_of_rounds.data(), of.cpu_waiting_of_rounds.size());
  visit(of.ns_waiting_of_rounds.data(), of.ns_waiting_of_rounds.size());
  for (std::int64_t* each :
       {&of.cpu, &of.cpu_waiting, &of.ns_waiting, &of.voluntary_switches, &of.counted_up})
    visit(each, 1);
  visit(of.calls.counts.data(), of.calls.counts.size());
  for (wait_histogram& each : of.all.waits) visit(each.counts.data(), each.counts.size());
}

/// Collective. On rank 0: the sums over all ranks.
measurement sum_of_ranks(const launch_facts& here, measurement own) {
  std::vector<std::int64_t> sums;
  visit_sums(own, [&](const std::int64_t* first, std::size_t count) {
    sums.insert(sums.end(), first, first + count);
  });
  reduce(here.comm, sums.data(), sums.size());
  auto next = sums.begin();
  visit_sums(own, [&](std::int64_t* first, std::size_t count) {
    std::copy_n(next, count, first);
    next += static_cast<std::ptrdiff_t>(count);
  });
  std::vector<std::int64_t> longest = {own.all.waits[0].longest, own.all.waits[1].longest};
  reduce(here.comm, longest.data(), longest.size(), MPI_MAX);
  for (std::size_t i = 0; i < longest.size(); ++i) own.all.waits[i].longest = longest[i];
  return own;
}

}  // namespace

void measurement::end_round() {
  const auto before = [](const std::vector<std::int64_t>& rounds) {
    return std::accumulate(rounds.begin(), rounds.end(), std::int64_t{0});
  };
  passages_of_rounds.push_back(passages() - before(passages_of_rounds));
  ns_of_rounds.push_back(all.elapsed_ns - before(ns_of_rounds));
  cpu_waiting_of_rounds.push_back(cpu_waiting - before(cpu_waiting_of_rounds));
  ns_waiting_of_rounds.push_back(ns_waiting - before(ns_waiting_of_rounds));
}

std::vector<double> measurement::spread_of_rounds(const launch_facts& here) const {
  const std::vector<std::int64_t> passed = gathered(here.comm, passages_of_rounds);
  const std::size_t rounds = passages_of_rounds.size();
  std::vector<double> spreads;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::vector<std::int64_t> of_ranks;
    for (std::size_t i = round; i < passed.size(); i += rounds)
      if (passed[i] > 0) of_ranks.push_back(passed[i]);
    spreads.push_back(spread_of(of_ranks));
  }
  return spreads;
}

cell measurement::add_up(const launch_facts& here, int passing) const {
  const std::vector<std::int64_t> passed = gathered(here.comm, {passages()});
  const measurement sum = sum_of_ranks(here, *this);
  cell made;
  made.passages = sum.passages();
  made.wall_seconds = static_cast<double>(sum.all.elapsed_ns) / passing / 1e9;
  for (std::size_t i = 0; i < sum.ns_of_rounds.size(); ++i)
    made.rates_of_rounds.push_back(static_cast<double>(sum.passages_of_rounds[i]) * passing * 1e9 /
                                   static_cast<double>(sum.ns_of_rounds[i]));
  for (const std::int64_t each : passed)
    if (each > 0) made.passages_of_ranks.push_back(each);
  made.spread_of_rounds = spread_of_rounds(here);
  made.waits = sum.all.waits;
  made.cpu_seconds = static_cast<double>(sum.cpu) / 1e9;
  if (sum.ns_waiting > 0)
    made.cpu_seconds_waiting =
        static_cast<double>(sum.cpu_waiting) / static_cast<double>(sum.ns_waiting);
  for (std::size_t i = 0; i < sum.ns_waiting_of_rounds.size(); ++i)
    if (sum.ns_waiting_of_rounds[i] > 0)
      made.cpu_waiting_of_rounds.push_back(static_cast<double>(sum.cpu_waiting_of_rounds[i]) /
                                           static_cast<double>(sum.ns_waiting_of_rounds[i]));
  made.calls = sum.calls;
  made.voluntary_switches = sum.voluntary_switches;
  made.lost_updates = sum.all.passages[1] - sum.counted_up;
  return made;
}

usage_meter::usage_meter(const mpi_tally& before_start)
    : before_start_(before_start),
      calls_(counted()),
      switches_(voluntary_switches()),
      cpu_(cpu_ns()) {}

void usage_meter::read_at_end(measurement& own) const {
  own.cpu += cpu_ns() - cpu_;
  own.voluntary_switches += voluntary_switches() - switches_;
  own.calls.add_difference(counted(), calls_, true);
}

void usage_meter::read_after_meeting(measurement& own) const {
  own.calls.add_difference(counted(), before_start_, false);
}

}  // namespace lockbench
