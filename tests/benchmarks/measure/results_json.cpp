#include <fstream>
#include <nlohmann/json.hpp>

#include "results.hpp"

namespace lockbench {
namespace {

using json = nlohmann::ordered_json;  // the fields keep this order

json waits_of(const wait_histogram& waits) {
  json histogram = json::array();
  for (std::size_t i = 0; i < wait_histogram::steps; ++i)
    if (waits.counts[i] != 0) histogram.push_back({wait_histogram::upper_end(i), waits.counts[i]});
  return {{"count", waits.count()},      {"p50", waits.quantile(0.5)},
          {"p99", waits.quantile(0.99)}, {"p999", waits.quantile(0.999)},
          {"max", waits.longest},        {"histogram", histogram}};
}

json both_waits_of(const cell& of) {
  json waits = json::object();
  if (of.waits[0].count() > 0) waits["read"] = waits_of(of.waits[0]);
  if (of.waits[1].count() > 0) waits["write"] = waits_of(of.waits[1]);
  return waits;
}

json calls_of(const cell& of) {
  json calls = json::object();
  for (std::size_t i = 0; i < mpi_tally::routines; ++i)
    if (of.calls.counts[i] != 0)
      calls[std::string(mpi_routine_names[i])] = of.per_passage(of.calls.counts[i]);
  return calls;
}

json json_of(const cell& of) {
  json all = {{"workload", facts_of(of.what).name},
              {"writers", of.writers},
              {"contender", of.contender},
              {"passages", of.passages},
              {"ns_per_passage", of.ns_per_passage()},
              {"passages_per_s", of.rate()},
              {"passages_per_s_of_rounds", of.rates_of_rounds},
              {"passages_of_ranks", of.passages_of_ranks},
              {"spread", spread_of(of.passages_of_ranks)},
              {"spread_of_rounds", of.spread_of_rounds},
              {"wait", both_waits_of(of)},
              {"cpu_seconds", of.cpu_seconds},
              {"wall_seconds", of.wall_seconds},
              {"cpu_seconds_waiting", nullptr},
              {"cpu_seconds_waiting_of_rounds", of.cpu_waiting_of_rounds},
              {"mpi_calls_per_passage", calls_of(of)},
              {"remote_operations_per_passage",
               of.per_passage(of.calls.counts[mpi_tally::remote_operations])},
              {"messages_per_passage", of.per_passage(of.calls.counts[mpi_tally::messages])},
              {"voluntary_switches_per_passage", of.per_passage(of.voluntary_switches)},
              {"system_calls_per_passage", nullptr}};
  if (of.cpu_seconds_waiting) all["cpu_seconds_waiting"] = *of.cpu_seconds_waiting;
  if (of.lost_updates) all["lost_updates"] = *of.lost_updates;
  return all;
}

json json_of(const contender_facts& of) {
  return {{"name", of.name},
          {"kind", of.kind},
          {"preference", of.preference},
          {"what", of.what},
          {"hands_over", of.hands_over}};
}

json json_of(workload of) { return {{"name", facts_of(of).name}, {"title", facts_of(of).title}}; }

json json_of(const left_out& of) { return {{"name", of.name}, {"why", of.why}}; }

template <class Values>
json list_of(const Values& values) {
  json list = json::array();
  for (const auto& each : values) list.push_back(json_of(each));
  return list;
}

}  // namespace

bool write_json(const results& all, const std::string& file) {
  json document = {{"mpi", all.mpi},
                   {"ranks", all.ranks},
                   {"ranks_of_node", all.ranks_of_node},
                   {"cores", all.cores},
                   {"regime", all.regime},
                   {"seconds_per_cell", all.rounds * all.slice_ms / 1000},
                   {"rounds", all.rounds},
                   {"clock_ns", all.clock_ns}};
  if (all.only_rank >= 0) document["only_rank"] = all.only_rank;
  document["workloads"] = list_of(all.workloads);
  document["contenders"] = list_of(all.contenders);
  document["skipped"] = list_of(all.skipped);
  document["cells"] = list_of(all.cells);
  std::ofstream out(file);
  // A text may have bytes that are not valid characters: an MPI library's error message, for
  // example.
  out << document.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
  return out.good();
}

}  // namespace lockbench
