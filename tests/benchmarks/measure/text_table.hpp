#pragma once
/// @file
/// @brief A table whose columns are aligned: the first to the left, the others to the right.

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace lockbench {

class text_table {
 public:
  explicit text_table(std::vector<std::string> head) { add(std::move(head)); }
  void add(std::vector<std::string> row) {
    widths_.resize(std::max(widths_.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths_[i] = std::max(widths_[i], row[i].size());
    rows_.push_back(std::move(row));
  }

  std::string text() const {
    std::string all;
    for (const auto& row : rows_) {
      std::string line = fmt::format("  {:<{}}", row[0], widths_[0]);
      for (std::size_t i = 1; i < row.size(); ++i)
        line += fmt::format("  {:>{}}", row[i], widths_[i]);
      line.erase(line.find_last_not_of(' ') + 1);
      all += line + '\n';
    }
    return all;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> widths_;
};

/// A number with its significant digits.
inline std::string short_number(double number) {
  return fmt::format("{:.{}f}", number, number >= 100 ? 0 : number >= 10 ? 1 : number >= 1 ? 2 : 3);
}

/// A time in a unit that suits it.
inline std::string short_time(double ns) {
  if (ns < 1000) return short_number(ns) + " ns";
  if (ns < 1e6) return short_number(ns / 1e3) + " us";
  if (ns < 1e9) return short_number(ns / 1e6) + " ms";
  return short_number(ns / 1e9) + " s";
}

}  // namespace lockbench
