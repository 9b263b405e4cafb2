#pragma once
/// @file
/// @brief Measures the contenders in turn, and adds up the results of the ranks.
///
/// The words of this folder:
///
/// | word        | meaning                                                                      |
/// | ----------- | ---------------------------------------------------------------------------- |
/// | launch      | one start of lockbench by an MPI launcher; `launch_facts` describes it       |
/// | contender   | a type that can be measured: a composition, a peer or a floor                |
/// | composition | a lock of this library with one choice of policies                           |
/// | peer        | a lock that a program could use instead, such as `MPI_Win_lock`              |
/// | floor       | what the others are judged by: the bare operations that no lock can do       |
/// |             | without, which keep no rank out, or a plain lock that only spins             |
/// | regime      | whether a launch is on several hosts; if not, whether it has a core for      |
/// |             | every rank, or more ranks than cores                                         |
/// | listing     | a contender that is known to the program, and of which no object exists yet  |
/// | entrant     | the object of a contender, behind virtual functions                          |
/// | participant | an entrant, and what this rank found out about it                            |
/// | workload    | what the ranks do with the lock; `workload.hpp` lists them                   |
/// | mix         | the share of passages that write, in percent                                 |
/// | slice       | one turn of one contender: the ranks pass its lock until the time is up      |
/// | round       | one slice of each contender, one after the other                             |
/// | cell        | the result of one contender in one workload with one mix                     |

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

  bench(const launch_facts& here, const settings& wanted, const std::vector<listing>& listed);
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

  launch_facts here_;
  settings wanted_;
  shared_data data_;
  std::unique_ptr<hdf5_job> file_;
  std::vector<participant> participants_;
  std::vector<left_out> skipped_;
};

}  // namespace lockbench
