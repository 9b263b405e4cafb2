#include <fstream>

#include "json_writer.hpp"
#include "results.hpp"

namespace lockbench {
namespace {

template <class Values>
void write_list(json_writer& json, std::string_view name, const Values& values) {
  json.key(name).open('[');
  for (const auto& each : values) json.value(each);
  json.close(']');
}

void write_waits(json_writer& json, const wait_histogram& waits) {
  json.open('{').member("count", waits.count()).member("p50", waits.quantile(0.5));
  json.member("p99", waits.quantile(0.99)).member("p999", waits.quantile(0.999));
  json.member("max", waits.longest).key("histogram").open('[');
  for (std::size_t i = 0; i < wait_histogram::steps; ++i)
    if (waits.counts[i] != 0)
      json.open('[').value(wait_histogram::upper_end(i)).value(waits.counts[i]).close(']');
  json.close(']').close('}');
}

void write_calls(json_writer& json, const cell& of) {
  json.key("mpi_calls_per_passage").open('{');
  for (std::size_t i = 0; i < mpi_tally::routines; ++i)
    if (of.calls.counts[i] != 0)
      json.member(mpi_routine_names[i], of.per_passage(of.calls.counts[i]));
  json.close('}');
  json.member("remote_operations_per_passage",
              of.per_passage(of.calls.counts[mpi_tally::remote_operations]));
  json.member("messages_per_passage", of.per_passage(of.calls.counts[mpi_tally::messages]));
}

void write_cell(json_writer& json, const cell& of) {
  json.new_line().open('{').member("workload", facts_of(of.what).name);
  json.member("writers", of.writers).member("contender", of.contender);
  json.member("passages", of.passages).member("ns_per_passage", of.ns_per_passage());
  json.member("passages_per_s", of.rate());
  write_list(json, "passages_per_s_of_rounds", of.rates_of_rounds);
  write_list(json, "passages_of_ranks", of.passages_of_ranks);
  json.member("spread", of.spread()).key("wait").open('{');
  constexpr std::string_view kinds[] = {"read", "write"};
  for (std::size_t kind = 0; kind < 2; ++kind)
    if (of.waits[kind].count() > 0) {
      json.key(kinds[kind]);
      write_waits(json, of.waits[kind]);
    }
  json.close('}').member("cpu_seconds", of.cpu_seconds).member("wall_seconds", of.wall_seconds);
  json.key("cpu_seconds_waiting");
  if (of.cpu_seconds_waiting)
    json.value(*of.cpu_seconds_waiting);
  else
    json.null();
  write_calls(json, of);
  json.member("voluntary_switches_per_passage", of.per_passage(of.voluntary_switches));
  json.key("system_calls_per_passage").null();
  if (of.lost_updates) json.member("lost_updates", *of.lost_updates);
  json.close('}');
}

void write_contenders(json_writer& json, const results& all) {
  json.new_line().key("contenders").open('[');
  for (const auto& each : all.contenders) {
    json.new_line().open('{').member("name", std::string_view(each.name));
    json.member("kind", each.kind).member("preference", each.preference);
    json.member("what", std::string_view(each.what)).close('}');
  }
  json.close(']').new_line().key("skipped").open('[');
  for (const auto& each : all.skipped)
    json.new_line().open('{').member("name", each.name).member("why", each.why).close('}');
  json.close(']');
}

}  // namespace

bool write_json(const results& all, const std::string& file) {
  std::ofstream out(file);
  json_writer json(out);
  json.open('{').member("mpi", all.mpi).member("ranks", all.ranks).member("cores", all.cores);
  json.member("seconds_per_cell", all.rounds * all.slice_ms / 1000).member("rounds", all.rounds);
  json.member("clock_ns", all.clock_ns);
  if (all.only_rank >= 0) json.member("only_rank", all.only_rank);
  write_contenders(json, all);
  json.new_line().key("cells").open('[');
  for (const cell& each : all.cells) write_cell(json, each);
  json.close(']').close('}');
  out << std::endl;
  return out.good();
}

}  // namespace lockbench
