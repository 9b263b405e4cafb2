#pragma once
/// @file
/// @brief Measures the contenders in turn, and adds up the results of the ranks.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "entrant.hpp"
#include "hdf5_job.hpp"
#include "measurement.hpp"
#include "results.hpp"
#include "settings.hpp"
#include "shared_data.hpp"

namespace lockbench {

/// Each contender is made once, is used in all cells, and is freed at the end. All calls are
/// collective.
class bench {
 public:
  /// The finished part, the total, and the next contender.
  using on_step = std::function<void(int done, int of, const std::string& now)>;

  bench(const stage& here, const settings& wanted, const std::vector<listing>& listed);
  bench(const bench&) = delete;
  bench& operator=(const bench&) = delete;

  /// @return all results, on rank 0
  results run(const on_step& tell);
  void free();

 private:
  struct participant {
    contender_facts facts;
    std::unique_ptr<entrant> lock;
    measurement own;
    int time_every = 1;
  };

  bool takes_part(const participant& who, workload what) const;
  bool passes() const { return wanted_.only_rank < 0 || wanted_.only_rank == here_.rank; }
  slice_plan plan_of(workload what, double writers, int round);
  std::int64_t agreed_start(entrant& lock) const;
  void warm_up(participant& who, slice_plan plan);
  void slice(entrant& lock, slice_plan plan, double ms, measurement& own);
  void hold(entrant& lock, const slice_plan& plan, measurement& own);
  void turn(participant& who, const slice_plan& plan);
  void run_cells(workload what, double writers, results& all, const std::function<void()>& step);

  stage here_;
  settings wanted_;
  shared_data data_;
  std::unique_ptr<hdf5_job> file_;
  std::vector<participant> participants_;
  std::vector<left_out> skipped_;
};

}  // namespace lockbench
