#include <algorithm>

#include "results.hpp"
#include "text_table.hpp"

namespace lockbench {
namespace {

template <class Value>
void add_once(std::vector<Value>& values, const Value& value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

/// The description of a workload.
std::string figure_of(const cell& of) {
  if (of.what == workload::HOLD)
    return of.cpu_seconds_waiting ? short_number(*of.cpu_seconds_waiting) : "-";
  if (of.what != workload::LB) return short_number(of.ns_per_passage());
  wait_histogram both = of.waits[0];
  both.add(of.waits[1]);
  return short_number(static_cast<double>(both.quantile(0.5)));
}

std::string wait_of(const wait_histogram& waits, double share) {
  if (waits.count() == 0) return "-";
  return short_time(static_cast<double>(share < 1 ? waits.quantile(share) : waits.longest));
}

std::string overview(const results& all, workload what, const std::vector<double>& mixes) {
  std::vector<std::string> head = {"% writers"};
  for (const double writers : mixes) head.push_back(short_number(writers));
  text_table table(head);
  for (const contender_facts& who : all.contenders) {
    std::vector<std::string> row = {who.name};
    for (const double writers : mixes) {
      const cell* found = all.find(what, writers, who.name);
      if (found != nullptr) row.push_back(figure_of(*found));
    }
    if (row.size() > 1) table.add(row);
  }
  return table.text();
}

std::string detail(const results& all, workload what) {
  text_table table({"", "% writers", "passages/s", "spread", "read p50", "p99", "p99.9", "max",
                    "write p50", "p99", "p99.9", "max", "cores", "switches", "remote", "messages"});
  for (const cell& each : all.cells) {
    if (each.what != what) continue;
    std::vector<std::string> row = {each.contender, short_number(each.writers),
                                    short_number(each.rate()),
                                    short_number(spread_of(each.passages_of_ranks))};
    for (const wait_histogram& waits : each.waits)
      for (const double share : {0.5, 0.99, 0.999, 1.0}) row.push_back(wait_of(waits, share));
    row.push_back(short_number(each.cpu_seconds / each.wall_seconds));
    row.push_back(short_number(each.per_passage(each.voluntary_switches)));
    for (const std::size_t which : {mpi_tally::remote_operations, mpi_tally::messages})
      row.push_back(short_number(each.per_passage(each.calls.counts[which])));
    table.add(row);
  }
  return table.text();
}

}  // namespace

std::string tables_of(const results& all) {
  std::vector<workload> workloads;
  std::vector<double> mixes;
  for (const cell& each : all.cells) {
    add_once(workloads, each.what);
    add_once(mixes, each.writers);
  }
  std::string text = all.mpi + ", " + std::to_string(all.ranks) + " ranks on " +
                     std::to_string(all.cores) + " cores: " + std::string(all.regime) + "\n";
  for (const workload what : workloads) {
    const workload_facts& facts = facts_of(what);
    text += "\n" + std::string(facts.name) + ": " + std::string(facts.title) + "; " +
            std::string(facts.figure) + "\n" + overview(all, what, mixes);
  }
  text +=
      "\nIn detail: spread, the most passages of a rank over the least; waits; cores, processor "
      "time "
      "over\ntime; and per passage voluntary context switches, one-sided operations on other ranks "
      "and messages.\n";
  for (const workload what : workloads)
    text += "\n" + std::string(facts_of(what).name) + "\n" + detail(all, what);
  if (!all.skipped.empty()) text += "\nLeft out:\n";
  for (const left_out& each : all.skipped) text += "  " + each.name + ": " + each.why + "\n";
  return text;
}

}  // namespace lockbench
