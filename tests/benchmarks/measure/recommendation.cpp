#include "recommendation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <vector>

#include "mpilock/mpilock.hpp"
#include "text_table.hpp"

namespace lockbench {
namespace {

struct default_names {
  std::string_view fairness, progress;
};

/// The default progress policy is measured as what it is without threads.
default_names defaults() {
  return {mpilock::window_controller::fairness_policy::name, mpilock::polling_progress::name};
}

/// The figures by which a composition is judged.
struct candidate {
  const contender_facts* facts;
  std::vector<double> rates;  ///< of rounds, the mean of an empty section and one with work
  double rate;                ///< their median, in passages/s
  double p99;                 ///< ns, of the kind that waits longer, with work inside
  double cpu;                 ///< seconds burnt per second of waiting
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

candidate judged(const results& all, double writers, const contender_facts& facts) {
  const cell* empty = all.find(workload::ECSB, writers, facts.name);
  const cell* work = all.find(workload::WCSB, writers, facts.name);
  const cell* hold = all.find(workload::HOLD, writers, facts.name);
  std::vector<double> rates;
  for (std::size_t i = 0; i < empty->rates_of_rounds.size(); ++i)
    rates.push_back(std::sqrt(empty->rates_of_rounds[i] * work->rates_of_rounds[i]));
  const std::int64_t p99 = std::max(work->waits[0].quantile(0.99), work->waits[1].quantile(0.99));
  return {&facts, rates, median(rates), static_cast<double>(p99),
          hold->cpu_seconds_waiting.value_or(0)};
}

constexpr int fewest_rounds = 5;  ///< for the sign test, if all agree

/// The sign test, as for the aims in the report: chance alone makes so many rounds agree in at most
/// 5 of 100 runs.
bool is_evidence(int rounds, int of) {
  double ways = std::pow(0.5, of), chance = 0;  // that exactly i rounds agree, and i or more
  for (int i = of; i >= rounds; --i) {
    chance += ways;
    ways *= i / static_cast<double>(of - i + 1);
  }
  return chance <= 0.05;
}

/// In slices of fewer milliseconds not each rank gets a core.
double least_slice_ms(const results& all) {
  constexpr double time_slice_ms = 4;
  return time_slice_ms * std::ceil(all.ranks_of_node / static_cast<double>(all.cores));
}

bool is_too_short(const results& all) {
  return !is_evidence(all.rounds, all.rounds) || all.slice_ms < least_slice_ms(all);
}

int rounds_won(const candidate& by, const candidate& against) {
  int won = 0;
  for (std::size_t i = 0; i < by.rates.size(); ++i) won += by.rates[i] > against.rates[i] ? 1 : 0;
  return won;
}

/// Quicker beyond noise, worth the change, and not at the price of long waits or processor time.
bool is_better(const candidate& each, const candidate& usual) {
  constexpr double worth = 1.1, tolerance = 1.25, little_cpu = 0.05;
  return each.rate >= worth * usual.rate &&
         is_evidence(rounds_won(each, usual), static_cast<int>(each.rates.size())) &&
         each.p99 <= usual.p99 * tolerance &&
         each.cpu <= std::max(usual.cpu, little_cpu) * tolerance;
}

struct policy_names {
  std::string_view backend, progress;
};

policy_names names_in(std::string_view composition) {
  return {composition.substr(0, composition.find('/')),
          composition.substr(composition.rfind('/') + 1)};
}

/// Without the fairness policy, which all compositions here share.
std::string short_name(const contender_facts& composition) {
  const auto [backend, progress] = names_in(composition.name);
  if (progress == defaults().progress) return std::string(backend);
  return fmt::format("{}, {}", backend, progress);
}

std::string table_of(const std::vector<candidate>& all, const candidate* usual) {
  text_table table({"", "passages/s", "p99 wait", "CPU s per s of waiting"});
  for (const candidate& each : all)
    table.add({short_name(*each.facts) + (&each == usual ? " (the default)" : ""),
               short_number(each.rate), short_time(each.p99), short_number(each.cpu)});
  return table.text();
}

/// A line for each reason.
std::string left_out_of(const results& all) {
  std::map<std::string, std::string> backends;  // by progress policy and reason
  for (const left_out& each : all.skipped) {
    const policy_names names = names_in(each.name);
    const bool usual = names.progress == defaults().progress;
    const std::string with = usual ? "" : " with " + std::string(names.progress);
    std::string& of_reason = backends[fmt::format("{} ({})", with, each.why)];
    of_reason += (of_reason.empty() ? "" : ", ") + std::string(names.backend);
  }
  std::string text;
  for (const auto& [why, which] : backends) text += fmt::format("Left out: {}{}.\n", which, why);
  return text;
}

/// @param candidates the quickest one first
const candidate& winner(const results& all, const std::vector<candidate>& candidates,
                        const candidate* usual) {
  if (usual == nullptr) return candidates.front();
  const auto found = std::find_if(candidates.begin(), candidates.end(),
                                  [&](const candidate& each) { return is_better(each, *usual); });
  return found == candidates.end() || is_too_short(all) ? *usual : *found;
}

std::string reason(const results& all, const candidate& best, const candidate* usual,
                   bool is_quickest) {
  if (usual == nullptr) return "The default was not measured. Of those that were, the quickest is:";
  if (is_too_short(all))
    return fmt::format(
        "Too short to judge; --rounds {} --slice {:g} is the least. The default is a safe choice:",
        fewest_rounds, least_slice_ms(all));
  if (&best != usual)
    return fmt::format(
        "{} makes {} times as many passages as the default, and is quicker in {} of {} rounds:",
        short_name(*best.facts), short_number(best.rate / usual->rate), rounds_won(best, *usual),
        all.rounds);
  if (is_quickest) return "The default is the quickest:";
  return "The default is as good: others are no quicker beyond the noise, or have longer waits:";
}

/// @param all_policies false: without the backend, which `sync` then chooses
std::string code(const contender_facts& facts, bool all_policies) {
  std::string policies;
  for (std::size_t i = all_policies ? 0 : 1; i < facts.policies.size(); ++i)
    policies += (policies.empty() ? "" : ", ") + facts.policies[i];
  if (!policies.empty()) policies = "<" + policies + ">";
  return "auto controller = mpilock::sync" + policies + "();\n";
}

}  // namespace

std::string_view default_fairness() { return defaults().fairness; }

std::string usual_composition(MPI_Comm comm, std::string_view fairness) {
  try {
    const auto usual = mpilock::sync(comm);
    return fmt::format("{}/{}/{}", usual.backend_name(), fairness, defaults().progress);
  } catch (const mpilock::unavailable_error&) {  // on every rank
    return "";
  }
}

std::string recommendation_of(const results& all, double writers, const std::string& usual) {
  std::vector<candidate> candidates;
  for (const contender_facts& facts : all.contenders)
    candidates.push_back(judged(all, writers, facts));
  if (candidates.empty()) return "No composition runs here; lockbench --list says why.\n";
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.rate > b.rate; });
  const auto place = std::find_if(candidates.begin(), candidates.end(),
                                  [&](const auto& each) { return each.facts->name == usual; });
  const candidate* default_one = place == candidates.end() ? nullptr : &*place;
  const candidate& best = winner(all, candidates, default_one);
  return fmt::format("{} ranks, {:g} % writers, {}, {} (--fairness names another one)\n", all.ranks,
                     writers, all.mpi, best.facts->fairness) +
         table_of(candidates, default_one) + left_out_of(all) +
         reason(all, best, default_one, &best == &candidates.front()) + "\n" +
         code(*best.facts, &best != default_one);
}

}  // namespace lockbench
