#include "settings.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <sstream>

#include "hdf5_job.hpp"

namespace lockbench {
namespace {

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  std::istringstream in(list);
  for (std::string part; std::getline(in, part, ',');)
    if (!part.empty()) parts.push_back(part);
  return parts;
}

template <class Number>
Number number_of(const std::string& option, const std::string& text, Number least, Number most) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || !(number >= least && number <= most)) {
    std::ostringstream message;
    message << option << " was given '" << text << "'; give a number from " << least << " to "
            << most;
    throw bad_command_line(message.str());
  }
  return number;
}

workload workload_of(const std::string& name) {
  std::string known;
  for (const auto& each : all_workloads) {
    if (each.name == name) {
      if (each.what == workload::HDF5 && !hdf5_job::is_available())
        throw bad_command_line(
            "the workload HDF5 was asked for, but lockbench was built without HDF5; install it "
            "(Debian: libhdf5-dev) and build again, or leave HDF5 out");
      return each.what;
    }
    known += std::string(known.empty() ? "" : ", ") + std::string(each.name);
  }
  throw bad_command_line("there is no workload '" + name + "'; choose from " + known);
}

template <class Convert>
auto list_of(const std::string& option, const std::string& text, Convert convert) {
  std::vector<decltype(convert(text))> values;
  for (const std::string& part : split(text)) {
    auto value = convert(part);
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
  }
  if (values.empty())
    throw bad_command_line(option + " was given nothing; give a list with commas between");
  return values;
}

void set_defaults(settings& wanted) {
  if (wanted.workloads.empty())
    for (const auto& each : all_workloads)
      if (each.what != workload::HDF5 || hdf5_job::is_available())
        wanted.workloads.push_back(each.what);
  if (wanted.recommend) wanted.workloads = {workload::ECSB, workload::WCSB, workload::HOLD};
}

}  // namespace

settings settings::of_command_line(const std::vector<std::string>& arguments) {
  settings wanted;
  bool workloads_given = false, writers_given = false;
  using taker = std::function<void(const std::string& option, const std::string& value)>;
  const std::map<std::string, taker> with_value = {
      {"--workloads",
       [&](const auto& option, const auto& value) {
         wanted.workloads = list_of(option, value, workload_of);
         workloads_given = true;
       }},
      {"--writers",
       [&](const auto& option, const auto& value) {
         wanted.writers = list_of(option, value, [&](const std::string& part) {
           return number_of(option, part, 0.0, 100.0);
         });
         writers_given = true;
       }},
      {"--contenders",
       [&](const auto& option, const auto& value) {
         wanted.contenders = list_of(option, value, [](const std::string& part) { return part; });
       }},
      {"--rounds", [&](const auto& option,
                       const auto& value) { wanted.rounds = number_of(option, value, 1, 1000); }},
      {"--slice",
       [&](const auto& option, const auto& value) {
         wanted.slice_ms = number_of(option, value, 0.1, 60000.0);
       }},
      {"--only-rank",
       [&](const auto& option, const auto& value) {
         wanted.only_rank = number_of(option, value, 0, 1 << 20);
       }},
      {"--json", [&](const auto&, const auto& value) { wanted.json = value; }}};
  const std::map<std::string, bool*> flags = {{"--list", &wanted.list},
                                              {"--recommend", &wanted.recommend},
                                              {"--threads", &wanted.threads},
                                              {"--help", &wanted.help}};

  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& option = arguments[i];
    if (const auto flag = flags.find(option); flag != flags.end()) {
      *flag->second = true;
    } else if (const auto taken = with_value.find(option); taken == with_value.end()) {
      throw bad_command_line("there is no option '" + option + "'; lockbench --help lists them");
    } else if (++i == arguments.size() || arguments[i].empty()) {
      throw bad_command_line(option + " is missing its value; lockbench --help tells which");
    } else {
      taken->second(option, arguments[i]);
    }
  }

  if (wanted.recommend && workloads_given)
    throw bad_command_line("--recommend chooses the workloads itself; leave out --workloads");
  if (wanted.recommend && !writers_given) wanted.writers = {5};
  if (wanted.recommend && wanted.writers.size() != 1)
    throw bad_command_line("--recommend takes one mix; give --writers a single number");
  set_defaults(wanted);
  return wanted;
}

const char* settings::usage() {
  return R"(usage: mpirun -np RANKS lockbench [OPTION…]

Measures reader-writer locks between the ranks, and what else one could use, taking turns in one run.

  --workloads LIST   of LB, ECSB, SOB, WCSB, WARB, HOLD, HDF5 (all)
  --writers LIST     how many passages in a hundred write (0,0.2,2,5,20,100)
  --contenders LIST  names, or how they begin (all; --list shows them)
  --rounds N         turns of each contender in each cell (5)
  --slice MS         how long a turn is (40)
  --only-rank R      only this rank passes, the others serve it
  --threads          MPI_THREAD_MULTIPLE, which threaded_progress needs and which costs the others
  --json FILE        writes everything down
  --list             shows the contenders and which can't run here
  --recommend        says which composition to use for the mix of --writers (5)
)";
}

}  // namespace lockbench
