#include "results.hpp"

#include <algorithm>

namespace lockbench {

double spread_of(const std::vector<std::int64_t>& passages_of_ranks) {
  if (passages_of_ranks.empty()) return 1;
  const auto [least, most] =
      std::minmax_element(passages_of_ranks.begin(), passages_of_ranks.end());
  return static_cast<double>(*most) / static_cast<double>(std::max<std::int64_t>(*least, 1));
}

double cell::median_rate() const {
  std::vector<double> rates = rates_of_rounds;
  if (rates.empty()) return 0;
  std::sort(rates.begin(), rates.end());
  return (rates[(rates.size() - 1) / 2] + rates[rates.size() / 2]) / 2;
}

const cell* results::find(workload what, double writers, const std::string& contender) const {
  const auto found = std::find_if(cells.begin(), cells.end(), [&](const cell& each) {
    return each.what == what && each.writers == writers && each.contender == contender;
  });
  return found == cells.end() ? nullptr : &*found;
}

}  // namespace lockbench
