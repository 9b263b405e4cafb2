#pragma once
/// @file
/// @brief Makes each scenario a test case of every composition.

#include <mpi.h>

#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "composition.hpp"
#include "mpilock/testing/stage.hpp"

namespace mpilock_test {

using mpilock::testing::stage_properties;

/// A function that closes the open stage, whatever its composition; empty if no stage is open.
inline std::function<void()>& open_stage() {
  static std::function<void()> close;
  return close;
}

/// Collective.
inline void close_open_stage() {
  if (open_stage()) std::exchange(open_stage(), nullptr)();
}

/// Collective the first time.
inline stage_properties& shared_properties() {
  static std::unique_ptr<stage_properties> all;
  if (!all) {
    all = std::make_unique<stage_properties>(MPI_COMM_WORLD);
    before_finalize([] {
      close_open_stage();
      all->judge.free();
      all.reset();
    });
  }
  return *all;
}

/// The short form does less of everything. With more than 3 ranks, only the first fairness policy
/// makes several controllers, since fairness does not matter for that. With more than 2 ranks, each
/// composition of this launch plays `exclusion` with only some of the roots.
template <class C>
mpilock::testing::effort effort_of(int ranks) {
  mpilock::testing::effort wanted{
      .is_long = is_long_form(), .may_make_several = true, .seed = static_cast<unsigned>(C::index)};
  if (is_long_form() || ranks <= 2) return wanted;
  wanted.may_make_several = ranks <= 3 || C::index < progress_count;
  const auto [place, all] = place_in_launch<C>();
  for (int root = 0; root < ranks; ++root)
    if (static_cast<std::size_t>(root) % all == place % static_cast<std::size_t>(ranks))
      wanted.roots.push_back(root);
  if (wanted.roots.empty()) wanted.roots.push_back(-1);  // none
  return wanted;
}

/// Collective. The stage of a composition. Closes the stage of another composition first.
template <class C>
auto& stage_of() {
  using stage = mpilock::testing::stage<typename C::controller>;
  static std::unique_ptr<stage> mine;
  if (!mine) {
    close_open_stage();
    const int ranks = size_of(MPI_COMM_WORLD);
    mine = std::make_unique<stage>(MPI_COMM_WORLD, static_cast<int>(C::index + 1) % ranks,
                                   C::name(), shared_properties(), effort_of<C>(ranks));
    open_stage() = [] { mine.reset(); };
  }
  return *mine;
}

template <class C, class Scenario>
void play() {
  const std::string reason = why_left_out<C>();
  if (!reason.empty()) {
    BOOST_TEST_MESSAGE("left out: " << C::name() << ", " << reason);
    return;
  }
  auto& on = stage_of<C>();
  on.meet();
  Scenario::play(on);
  on.meet();
  for (const auto& failed : on.take_failures())
    BOOST_ERROR(failed.from.file << ":" << failed.from.line << ": does not hold: " << failed.text);
  BOOST_TEST(on.judge.violations() == 0U, on.judge.findings());
  on.judge.forget_violations();
}

template <class Action>
void for_each_composition(Action&& action) {
  [&]<std::size_t... Index>(std::index_sequence<Index...>) {
    (action.template operator()<composition_at<Index>>(), ...);
  }
  (std::make_index_sequence<composition_count>());
}

/// Adds a suite for each composition. It has a case for each scenario that `for_each` names.
template <class ForEach>
bool add_suites(ForEach for_each) {
  for_each_composition([&]<class C>() {
    auto* const suite = BOOST_TEST_SUITE(C::name());
    for_each([&]<class Scenario>() {
      suite->add(boost::unit_test::make_test_case(&play<C, Scenario>, std::string(Scenario::name),
                                                  __FILE__, __LINE__));
    });
    boost::unit_test::framework::master_test_suite().add(suite);
  });
  return true;
}

}  // namespace mpilock_test
