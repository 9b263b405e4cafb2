#pragma once
/// @file
/// @brief A table whose columns are aligned: the first to the left, the others to the right.

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string>
#include <vector>

namespace lockbench {

class text_table {
 public:
  explicit text_table(std::vector<std::string> head) { add(std::move(head)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }

  std::string text() const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
      widths.resize(std::max(widths.size(), row.size()));
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string all;
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string blanks(widths[i] - row[i].size(), ' ');
        all += i == 0 ? "  " + row[i] + blanks : "  " + blanks + row[i];
      }
      all.erase(all.find_last_not_of(' ') + 1);
      all += '\n';
    }
    return all;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// As many digits as mean something.
inline std::string short_number(double number) {
  char text[32];
  const int decimals = number >= 100 ? 0 : number >= 10 ? 1 : number >= 1 ? 2 : 3;
  std::snprintf(text, sizeof text, "%.*f", decimals, number);
  return text;
}

/// A time in a unit that suits it.
inline std::string short_time(double ns) {
  if (ns < 1000) return short_number(ns) + " ns";
  if (ns < 1e6) return short_number(ns / 1e3) + " us";
  if (ns < 1e9) return short_number(ns / 1e6) + " ms";
  return short_number(ns / 1e9) + " s";
}

}  // namespace lockbench
