#pragma once
// The user's settings.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "heat.hpp"

namespace rods {

struct bad_option : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct settings {
  std::string folder = "result_cache";
  std::string trace;  // a file to be written; empty: none
  int rods = 24;
  int lookups = 60;  // of each rank
  int steps = 20000;
  int shelves = 4;
  int keep = 0;  // results on a shelf; 0: all
  bool fresh = false;
  bool trouble = false;
  bool help = false;
};

inline constexpr const char* usage =
    "usage: result_cache [OPTION]...\n"
    "  --folder=NAME  where the results are kept (result_cache)\n"
    "  --trace=FILE   write there what the locks did, for ui.perfetto.dev\n"
    "  --rods=N       how many results there are (24)\n"
    "  --lookups=N    how often each rank needs one (60)\n"
    "  --steps=N      how expensive each is (20000)\n"
    "  --shelves=N    into how many parts, each with a lock, the cache is divided (4)\n"
    "  --keep=N       results that a part may hold; the oldest go (0: all stay)\n"
    "  --fresh        forget the results of earlier runs\n"
    "  --trouble      damage two entries first, and let computations of one rod fail at first\n"
    "  --help         this text\n";

// An option that takes a number.
struct numeric_option {
  std::string_view name;
  int settings::*field;
  int least, most;
};

inline constexpr numeric_option numeric_options[] = {{"--rods", &settings::rods, 3, 100000},
                                                     {"--lookups", &settings::lookups, 1, 1000000},
                                                     {"--steps", &settings::steps, 1, 100000000},
                                                     {"--shelves", &settings::shelves, 1, 64},
                                                     {"--keep", &settings::keep, 0, 1000000}};

inline int number_in(const numeric_option& option, std::string_view text) {
  int number = 0;
  const auto end = text.data() + text.size();
  const auto [stopped, trouble] = std::from_chars(text.data(), end, number);
  if (trouble != std::errc() || stopped != end || number < option.least || number > option.most)
    throw bad_option(std::string(option.name) + "=" + std::string(text) +
                     ": give a whole number from " + std::to_string(option.least) + " to " +
                     std::to_string(option.most));
  return number;
}

inline void take(std::string_view argument, settings& chosen) {
  const auto name = argument.substr(0, argument.find('='));
  const bool has_value = name.size() < argument.size();
  const auto value = has_value ? argument.substr(name.size() + 1) : std::string_view();
  const auto numeric = std::ranges::find(numeric_options, name, &numeric_option::name);
  if (numeric != std::end(numeric_options) && has_value)
    chosen.*numeric->field = number_in(*numeric, value);
  else if (name == "--folder" && !value.empty())
    chosen.folder = value;
  else if (name == "--trace" && !value.empty())
    chosen.trace = value;
  else if (argument == "--fresh")
    chosen.fresh = true;
  else if (argument == "--trouble")
    chosen.trouble = true;
  else if (argument == "--help")
    chosen.help = true;
  else
    throw bad_option("'" + std::string(argument) + "' is no option; these are:\n" + usage);
}

inline settings settings_of(std::span<char*> arguments) {
  settings chosen;
  for (const std::string_view argument : arguments) take(argument, chosen);
  return chosen;
}

inline question question_about(int rod, const settings& chosen) {
  return {static_cast<std::uint32_t>(rod), static_cast<std::uint32_t>(chosen.rods),
          static_cast<std::uint32_t>(chosen.steps)};
}

}  // namespace rods
