#include <algorithm>
#include <cmath>

#include "results.hpp"
#include "text_table.hpp"

namespace lockbench {
namespace {

/// The figures by which a composition is judged.
struct candidate {
  const contender_facts* who;
  double rate;  ///< passages/s, the geometric mean of an empty section and one with work
  double p99;   ///< ns, of the kind that waits longer, with work inside
  double cpu;   ///< seconds burnt per second of waiting
  std::string why_not;
};

candidate judged(const results& all, double writers, const contender_facts& who) {
  const cell* empty = all.find(workload::ECSB, writers, who.name);
  const cell* work = all.find(workload::WCSB, writers, who.name);
  const cell* hold = all.find(workload::HOLD, writers, who.name);
  const std::int64_t p99 = std::max(work->waits[0].quantile(0.99), work->waits[1].quantile(0.99));
  return {&who, std::sqrt(empty->median_rate() * work->median_rate()), static_cast<double>(p99),
          hold->cpu_seconds_waiting.value_or(0), ""};
}

/// Rules out the compositions whose figure is worse than the best one by more than a factor that
/// noise can make.
template <class Figure>
void rule_out(std::vector<candidate>& all, double factor, double floor, Figure figure,
              const std::string& what) {
  double best = INFINITY;
  for (const candidate& each : all)
    if (each.why_not.empty()) best = std::min(best, std::max(figure(each), floor));
  for (candidate& each : all)
    if (each.why_not.empty() && figure(each) > best * factor)
      each.why_not = what + " " + short_number(figure(each) / best) + " times as much as the best";
}

std::string table_of(const std::vector<candidate>& all) {
  text_table table({"", "passages/s", "p99 wait", "CPU s per s of waiting"});
  for (const candidate& each : all)
    table.add(
        {each.who->name, short_number(each.rate), short_time(each.p99), short_number(each.cpu)});
  return table.text();
}

}  // namespace

/// Applies three limits, one after the other. A passage may cost at most 1.25 times the least; the
/// same limit holds for the longest waits, and for the CPU time. Of the compositions left, the
/// quickest wins.
std::string recommendation_of(const results& all, double writers) {
  std::vector<candidate> candidates;
  for (const contender_facts& who : all.contenders) candidates.push_back(judged(all, writers, who));
  if (candidates.empty()) return "No composition runs here; lockbench --list says why.\n";
  rule_out(
      candidates, 1.25, 0, [](const candidate& of) { return 1e9 / of.rate; }, "a passage takes");
  rule_out(
      candidates, 1.25, 0, [](const candidate& of) { return of.p99; },
      "one wait in a hundred takes");
  rule_out(
      candidates, 1.25, 0.05, [](const candidate& of) { return of.cpu; }, "waiting burns CPU");
  std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
    if (a.why_not.empty() != b.why_not.empty()) return a.why_not.empty();
    return a.rate > b.rate;
  });

  const contender_facts& best = *candidates.front().who;
  std::string text = "With " + short_number(writers) + " % writers, " + std::to_string(all.ranks) +
                     " ranks, " + all.mpi + ", use\n\n  auto ctrl = " + best.what + "(comm);\n\n" +
                     table_of(candidates) + "\n";
  for (const candidate& each : candidates) {
    if (each.who == &best) continue;
    text += "Not " + each.who->name + ": " +
            (each.why_not.empty() ? "as good within the noise, a little slower" : each.why_not) +
            ".\n";
  }
  for (const left_out& each : all.skipped) text += "Not " + each.name + ": " + each.why + ".\n";
  if (best.preference != "none")
    text += "If the order matters more than speed: " + best.name + " lets " +
            std::string(best.preference) + " go first.\n";
  return text;
}

}  // namespace lockbench
