#pragma once
/// @file
/// @brief The settings of the command line.

#include <stdexcept>
#include <string>
#include <vector>

#include "workload.hpp"

namespace lockbench {

/// The command line is wrong. The text names the value and the remedy.
class bad_command_line : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct settings {
  std::vector<workload> workloads;
  std::vector<double> writers = {0, 0.2, 2, 5, 20, 100};  ///< percent
  std::vector<std::string> contenders;                    ///< names or their beginnings; none: all
  int rounds = 5;
  double slice_ms = 40;
  int only_rank = -1;  ///< the only rank that passes, while the others serve; -1: all pass
  std::string json;    ///< a file
  bool list = false;
  bool recommend = false;
  std::string fairness;  ///< with `recommend`; empty: the library's default
  bool threads = false;
  std::string help;  ///< the text, if it was asked for

  /// @throws bad_command_line
  static settings of_command_line(const std::vector<std::string>& arguments);
};

}  // namespace lockbench
