#pragma once
/// @file
/// @brief The conformance kit: a `main` for the author of a policy.
/// @ingroup testing

#include <mpi.h>

#include <cstdint>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>

#include "mpilock/backend/rma_window.hpp"
#include "mpilock/backend/shared_memory.hpp"
#include "mpilock/backend/two_sided.hpp"
#include "mpilock/controller/basic_window_controller.hpp"
#include "mpilock/fairness/reader_preferring.hpp"
#include "mpilock/fairness/writer_preferring.hpp"
#include "mpilock/policy/backend.hpp"
#include "mpilock/policy/fairness_policy.hpp"
#include "mpilock/policy/policy_kind.hpp"
#include "mpilock/policy/progress_policy.hpp"
#include "mpilock/progress/polling_progress.hpp"
#include "mpilock/testing/all_scenarios.hpp"
#include "mpilock/testing/answers.hpp"
#include "mpilock/testing/conformance_options.hpp"
#include "mpilock/testing/outcome.hpp"
#include "mpilock/testing/proof.hpp"
#include "mpilock/testing/rendezvous.hpp"
#include "mpilock/testing/stage.hpp"
#include "mpilock/testing/trial.hpp"
#include "mpilock/vocabulary/error.hpp"

namespace mpilock::testing {

/// Runs all tests that apply to a policy, and prints the results on rank 0.
///
/// A fairness policy is asked on every rank, and proved on every engine (by rank 0 only, without
/// MPI). If no breach is
/// found, it is tried out on every backend of the library. A backend is tried out with two fairness
/// policies of the library, a progress policy on every backend.
template <class Policy>
class conformance {
 public:
  /// Collective. Scenarios and counts use `comm`, which must live as long.
  conformance(MPI_Comm comm, conformance_options wanted)
      : comm_(comm), wanted_(wanted), rank_(rank_in(comm)), properties_(comm) {}
  conformance(const conformance&) = delete;
  conformance& operator=(const conformance&) = delete;

  /// Collective. The same on all ranks.
  outcome run() {
    constexpr policy_kind kind = policy_kind_of<Policy, writer_preferring>();
    static_assert(kind != policy_kind::none && kind != policy_kind::several,
                  "mpilock: conformance needs a policy of one kind: fairness, progress or backend");
    if constexpr (kind == policy_kind::fairness) {
      static_assert(require_fairness_policy<Policy>());
      result_ = ask_everywhere();
      if (result_ != outcome::fails)
        result_ = static_cast<outcome>(done_by_rank_0(comm_, [&] { return prove_it(); }));
      // A policy that breaks its rules can make ranks wait without end.
      if (result_ != outcome::fails) {
        heading();
        try_on_backends<Policy, polling_progress>();
      }
    } else if constexpr (kind == policy_kind::backend) {
      static_assert(require_backend<Policy, writer_preferring>());
      heading();
      trial<Policy, writer_preferring, polling_progress>();
      trial<Policy, reader_preferring, polling_progress>();
    } else if constexpr (kind == policy_kind::progress) {
      static_assert(require_progress_policy<Policy>());
      heading();
      try_on_backends<writer_preferring, Policy>();
    }
    return agree();
  }

 private:
  /// Collective. Every rank asks the policy. An answer that depends on the rank would make ranks
  /// wait without end.
  outcome ask_everywhere() {
    const answers_found mine = answers<Policy>().search();
    if (!mine.breach.empty())
      std::cout << "rank " + std::to_string(rank_) + ": " + mine.breach + '\n' << std::flush;
    const bool breaks = reduce_over(comm_, mine.breach.empty() ? 0 : 1, MPI_MAX) != 0;
    const bool differs =
        reduce_over(comm_, mine.digest, MPI_MIN) != reduce_over(comm_, mine.digest, MPI_MAX);
    if (differs) breach_ = "it is not pure: ranks get different answers to the same questions";
    if (breaks) breach_ = "on the ranks named above, its answers break the rules";
    if (breaks && !mine.breach.empty()) breach_ = mine.breach;
    return breaks || differs ? outcome::fails : outcome::conforms;
  }

  outcome prove_it() {
    summarise_heading(std::cout);
    const proof_record found = prove<Policy>(std::cout, wanted_.how_far, wanted_.limits);
    std::ostringstream text;
    found.print(text);
    shown_ = text.str();
    breach_ = found.breach();
    return found.result();
  }

  template <class Fairness, class Progress>
  void try_on_backends() {
    trial<shared_memory, Fairness, Progress>();
    trial<rma_window, Fairness, Progress>();
    trial<two_sided, Fairness, Progress>();
  }

  template <class Backend, class Fairness, class Progress>
  void trial() {
    using controller = basic_window_controller<Backend, Fairness, Progress>;
    const std::string name = std::string(Backend::name) + ' ' + std::string(Fairness::name) + ' ' +
                             std::string(Progress::name);
    std::ostringstream line;
    line << std::left << std::setw(52) << name;
    try {
      stage<controller> on(comm_, 0, name, properties_,
                           {.is_long = wanted_.how_far == extent::thorough});
      const std::int64_t failures = play(on);
      const trial_result found = try_out(on, wanted_.visits);
      const std::int64_t violations =
          on.sum(static_cast<std::int64_t>(on.judge.violations())) + failures;
      on.judge.forget_violations();
      if (violations > 0) result_ = outcome::fails;
      ++tried_;
      print(line, found, violations);
    } catch (const unavailable_error& reason) {
      line << "not available here: " << reason.what() << '\n';
      ++unavailable_;
    }
    if (rank_ == 0) std::cout << line.str() << std::flush;
  }

  /// Collective. Plays all scenarios; what does not hold is printed by the rank that sees it.
  /// @return how many expectations did not hold, on all ranks together
  template <class Stage>
  std::int64_t play(Stage& on) {
    std::int64_t failures = 0;
    for_each_scenario([&]<class Scenario>() {
      on.meet();
      Scenario::play(on);
      on.meet();
      for (const failed_expectation& failed : on.take_failures()) {
        ++failures;
        std::cout << on.name() + ", " + std::string(Scenario::name) + ", rank " +
                         std::to_string(rank_) + ": does not hold: " + failed.text + " (" +
                         failed.from.file + ':' + std::to_string(failed.from.line) + ")\n"
                  << std::flush;
      }
      if (on.judge.violations() > 0)
        std::cout << on.name() + ", " + std::string(Scenario::name) + ", rank " +
                         std::to_string(rank_) + ": " + on.judge.findings() + '\n'
                  << std::flush;
    });
    return on.sum(failures);
  }

  static void print(std::ostream& line, const trial_result& found, std::int64_t violations) {
    line << std::right << std::setw(8) << found.sections << std::setw(6) << found.fewest_by_rank
         << '-' << std::left << std::setw(6) << found.most_by_rank << std::fixed
         << std::setprecision(0) << std::right;
    for (const auto& kind : found.waits)
      for (const double each : kind) line << std::setw(8) << each;
    if (violations == 0)
      line << "  passed\n";
    else
      line << "  FAILED: " << violations << " times something did not hold\n";
  }

  void heading() const {
    if (rank_ != 0) return;
    std::cout << std::left << std::setw(52) << "on MPI" << std::right << std::setw(8) << "sections"
              << std::setw(13) << "by rank"
              << "   read p50     p99     max  write p50  p99     max"
              << "  (waits in us)\n";
  }

  /// Says no more than was checked.
  outcome agree() {
    if (tried_ == 0) result_ = worse_of(result_, outcome::incomplete);
    result_ = static_cast<outcome>(reduce_over(comm_, static_cast<std::int64_t>(result_), MPI_MAX));
    if (rank_ == 0) conclude();
    properties_.judge.free();
    return result_;
  }

  void conclude() const {
    std::cout << Policy::name;
    if (result_ == outcome::conforms) std::cout << " conforms in all that was checked:\n";
    if (result_ == outcome::incomplete) std::cout << ": incomplete: what was checked holds, but:\n";
    if (result_ == outcome::fails)
      std::cout << " FAILS: " << (breach_.empty() ? "see above" : breach_)
                << "\nWhat was checked before:\n";
    std::cout << shown_ << "  on MPI: ";
    if (tried_ > 0)
      std::cout << "tried with " << size_of(comm_) << (size_of(comm_) == 1 ? " rank" : " ranks")
                << " on " << tried_ << " locks"
                << (size_of(comm_) == 1 ? "; nobody waits there, so launch it with 3 ranks" : "");
    else
      std::cout << "not tried";
    if (unavailable_ > 0) std::cout << "; " << unavailable_ << " are not available here";
    std::cout << std::endl;
  }

  MPI_Comm comm_;
  conformance_options wanted_;
  int rank_;
  stage_properties properties_;
  outcome result_ = outcome::conforms;
  std::string shown_;   // by the proof
  std::string breach_;  // that the proof has found
  int tried_ = 0;
  int unavailable_ = 0;
};

/// A whole program:
/// `int main(int argc, char** argv) { return conformance_main<my_policy>(argc, argv); }`
template <class Policy>
int conformance_main(int argc, char** argv) {
  int provided = 0;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &provided);
  int status = 2;
  try {
    const auto wanted = conformance_options::from(argc, argv);
    if (wanted.wants_help) {
      if (rank_in(MPI_COMM_WORLD) == 0) print_help(std::cout);
      status = 0;
    } else {
      status = 1;
      status = exit_status_of(conformance<Policy>(MPI_COMM_WORLD, wanted).run());
    }
  } catch (const error& failure) {
    if (status != 2 || rank_in(MPI_COMM_WORLD) == 0) std::cerr << failure.what() << '\n';
    if (status != 2) MPI_Abort(MPI_COMM_WORLD, 1);
  }
  MPI_Finalize();
  return status;
}

}  // namespace mpilock::testing
