#include "settings.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "hdf5_job.hpp"

namespace lockbench {
namespace {

/// CLI::Range would accept "nan".
template <class Number>
CLI::Validator between(Number least, Number most) {
  const auto check = [=](const std::string& text) -> std::string {
    Number number{};
    const bool converted = !text.empty() && CLI::detail::lexical_cast(text, number);
    if (converted && number >= least && number <= most) return "";
    return fmt::format("'{}' was given; give a number from {} to {}", text, least, most);
  };
  return {check, ""};
}

CLI::Validator some_text() {
  const auto check = [](const std::string& text) -> std::string {
    return text.empty() ? "nothing was given; give a value" : "";
  };
  return {check, ""};
}

bool can_run(workload what) { return what != workload::HDF5 || hdf5_job::is_available(); }

std::string names_of_workloads() {
  std::string names;
  for (const auto& each : all_workloads) {
    if (!names.empty()) names += ", ";
    names += each.name;
  }
  return names;
}

CLI::Validator workload_name() {
  const auto check = [](const std::string& text) -> std::string {
    const auto found = std::find_if(all_workloads.begin(), all_workloads.end(),
                                    [&](const auto& each) { return each.name == text; });
    if (found == all_workloads.end())
      return fmt::format("there is no workload '{}'; choose from {}", text, names_of_workloads());
    if (can_run(found->what)) return "";
    return "lockbench was built without HDF5; install it (Debian: libhdf5-dev) and build again, "
           "or leave HDF5 out";
  };
  return {check, ""};
}

/// Removes what is named twice, so that it is measured once.
template <class Value>
void drop_repeated(std::vector<Value>& values) {
  for (auto each = values.begin(); each != values.end();)
    each = std::find(values.begin(), each, *each) == each ? each + 1 : values.erase(each);
}

/// Without names, all workloads that can run here.
std::vector<workload> workloads_named(const std::vector<std::string>& names) {
  std::vector<workload> chosen;
  if (names.empty())
    for (const auto& each : all_workloads)
      if (can_run(each.what)) chosen.push_back(each.what);
  for (const std::string& name : names)
    for (const auto& each : all_workloads)
      if (each.name == name) chosen.push_back(each.what);
  drop_repeated(chosen);
  return chosen;
}

void add_options(CLI::App& program, settings& wanted, std::vector<std::string>& workloads) {
  const auto list = [&](const char* name, auto& values, const std::string& about) {
    return program.add_option(name, values, about)
        ->delimiter(',')
        ->allow_extra_args(false)
        ->type_name("LIST");
  };
  const auto one = [&](const char* name, auto& value, const char* type, const char* about) {
    return program.add_option(name, value, about)
        ->type_name(type)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  };
  program.get_formatter()->column_width(32);
  program.set_help_flag("--help", "shows this text");
  list("--workloads", workloads, "of " + names_of_workloads() + "; all by default")
      ->check(workload_name());
  list("--writers", wanted.writers, "how many passages in a hundred write")
      ->capture_default_str()
      ->check(between(0.0, 100.0));
  list("--contenders", wanted.contenders, "names, or how they begin; all by default")
      ->check(some_text());
  one("--rounds", wanted.rounds, "N", "turns of each contender in each cell")
      ->capture_default_str()
      ->check(between(1, 1000));
  one("--slice", wanted.slice_ms, "MS", "how many milliseconds a turn takes")
      ->capture_default_str()
      ->check(between(0.1, 60000.0));
  one("--only-rank", wanted.only_rank, "R", "only this rank passes, the others serve it")
      ->check(between(0, 1 << 20));
  one("--json", wanted.json, "FILE", "writes everything down")->check(some_text());
  // main() looks for this option before MPI_Init_thread.
  program
      .add_flag("--threads", wanted.threads,
                "asks for MPI_THREAD_MULTIPLE, which threaded_progress needs and others pay for")
      ->disable_flag_override();
  program.add_flag("--list", wanted.list, "shows the contenders and which can't run here");
  program
      .add_flag("--recommend", wanted.recommend,
                "says which composition to use for the mix of --writers, 5 by default")
      ->excludes("--workloads");
  one("--fairness", wanted.fairness, "NAME",
      "with --recommend: a fairness policy, or how its name begins; the library's default if not "
      "given")
      ->check(some_text())
      ->needs("--recommend");
}

}  // namespace

settings settings::of_command_line(const std::vector<std::string>& arguments) {
  settings wanted;
  std::vector<std::string> workloads;
  CLI::App program(
      "Measures reader-writer locks between the ranks, and what else one could use. All take turns "
      "in one run.",
      "mpirun -np RANKS lockbench");
  add_options(program, wanted, workloads);
  try {
    // CLI11 takes the arguments from the back.
    program.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    wanted.help = program.help();
    return wanted;
  } catch (const CLI::ValidationError& mistake) {
    throw bad_command_line(mistake.what());
  } catch (const CLI::ParseError& mistake) {
    throw bad_command_line(mistake.what() + std::string("; lockbench --help lists the options"));
  }
  if (wanted.recommend && program.count("--writers") == 0) wanted.writers = {5};
  drop_repeated(wanted.writers);
  if (wanted.recommend && wanted.writers.size() != 1)
    throw bad_command_line("--recommend takes one mix; give --writers a single number");
  wanted.workloads = wanted.recommend ? std::vector{workload::ECSB, workload::WCSB, workload::HOLD}
                                      : workloads_named(workloads);
  return wanted;
}

}  // namespace lockbench
