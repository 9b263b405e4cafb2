/// @file
/// @brief Making, moving, closing and combining controllers, and the standard guards.

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "mpilock/vocabulary/error.hpp"
#include "scenario.hpp"

namespace mpilock_test {
namespace {

using namespace std::chrono_literals;
using mpilock::access;

const scenario standard_guards("standard_guards", __FILE__, __LINE__, []<class C>(stage<C>& on) {
  using controller = typename C::controller;
  static_assert(!std::is_copy_constructible_v<controller>);
  static_assert(std::is_nothrow_move_constructible_v<controller>);
  auto& ctrl = on.ctrl;
  on.judge.move_to(on.part(0));
  {
    std::unique_lock<controller> lock(ctrl, std::defer_lock);
    BOOST_TEST(!lock.owns_lock());
    BOOST_TEST(lock.try_lock_for(60s));
    on.judge.enter(access::write);
    std::shared_lock<controller> inner(ctrl, std::try_to_lock);  // local
    BOOST_TEST(inner.owns_lock());
    on.judge.leave(access::write);
    lock.unlock();
    on.judge.enter(access::read);
    on.judge.leave(access::read);
  }
  {
    const std::shared_lock<controller> lock(ctrl, std::chrono::steady_clock::now() + 60s);
    BOOST_TEST(lock.owns_lock());
    on.judge.enter(access::read);
    on.judge.leave(access::read);
  }
  {
    ctrl.lock();
    const std::lock_guard<controller> adopted(ctrl, std::adopt_lock);
    on.judge.enter(access::write);
    on.judge.leave(access::write);
  }
  BOOST_TEST(throws<mpilock::usage_error>([&] { ctrl.unlock(); }));
});

const scenario what_it_says_of_itself(
    "what_it_says_of_itself", __FILE__, __LINE__, []<class C>(stage<C>& on) {
      auto& ctrl = on.ctrl;
      BOOST_TEST(ctrl.rank() == rank_in(on.world()));
      BOOST_TEST(ctrl.size() == size_of(on.world()));
      BOOST_TEST(ctrl.name() == C::name());
      BOOST_TEST(!ctrl.closed());
      const std::string backend(ctrl.backend_name());
      if (on.size() == 1 || !is_named<typename C::backend>("automatic"))
        BOOST_TEST(backend == C::backend::name);
      else if (all_on_one_node())
        BOOST_TEST(backend == "shared_memory");
      else
        BOOST_TEST((backend == "rma_window" ||
                    (backend == "two_sided" && C::progress::thread_level == MPI_THREAD_MULTIPLE)));
    });

/// Controllers are dear to make where ranks share cores, and fairness has no part in their lives:
/// with more than 3 ranks, the short form makes more of them under the first fairness policy alone.
template <class C>
bool may_be_extravagant(const stage<C>& on) {
  return is_long_form() || on.size() <= 3 || C::index < progress_count;
}

const scenario close_and_open_again("close_and_open_again", __FILE__, __LINE__,
                                    []<class C>(stage<C>& on) {
                                      if (!may_be_extravagant(on)) return;
                                      for (int round = 0; round < 2; ++round) {
                                        typename C::controller ctrl(on.world(), round % on.size());
                                        { const auto lock = ctrl.write(); }
                                        ctrl.close();
                                        ctrl.close();  // does nothing
                                        BOOST_TEST(ctrl.closed());
                                        BOOST_TEST(throws<mpilock::closed_error>(
                                            [&] { ctrl.lock_shared(); }));
                                      }
                                    });

const scenario moved("moved", __FILE__, __LINE__, []<class C>(stage<C>& on) {
  if (!may_be_extravagant(on)) return;
  using controller = typename C::controller;
  const auto leave_together = [](controller& ctrl) {
    if constexpr (serves_one_lock_at_a_time<C>) ctrl.barrier();
  };
  controller first(on.world(), 0, {.name = "first"});
  controller second = std::move(first);
  BOOST_TEST(second.name() == "first");
  BOOST_TEST(throws<mpilock::usage_error>([&] { first.lock(); }));  // NOLINT: on purpose
  { const auto lock = second.write(); }
  leave_together(second);
  first = controller(on.world(), on.size() - 1, {.name = "another"});
  { const auto lock = first.read(); }
  leave_together(first);
  second = std::move(first);  // closes what it was
  BOOST_TEST(second.name() == "another");
  { const auto lock = second.write(); }
  second.barrier();
});

/// Each with a root of its own, so that every rank serves and waits at once.
const scenario several_locks_at_once(
    "several_locks_at_once", __FILE__, __LINE__, []<class C>(stage<C>& on) {
      if constexpr (!serves_one_lock_at_a_time<C>) {
        if (!may_be_extravagant(on)) return;
        std::vector<typename C::controller> all;
        for (int i = 0; i < 3; ++i) all.emplace_back(on.world(), i % on.size());
        on.judge.move_to(0);
        const int rounds = is_long_form() ? 100 : on.size() <= 3 ? 6 : 2;
        for (int i = 0; i < rounds; ++i) {
          const std::scoped_lock both(all[0], all[static_cast<std::size_t>(1 + i % 2)]);
          on.judge.enter(access::write);
          on.judge.leave(access::write);
        }
        for (int i = 0; i < rounds; ++i) {  // in one order on all ranks, so no deadlock
          const auto outer = all[1].read();
          const auto inner = all[2].write();
        }
        std::vector<std::uint64_t> sections;
        for (auto& each : all) each.barrier();
        for (auto& each : all) {
          const auto lock = each.read();
          sections.push_back(each.epoch());
        }
        const auto visits = static_cast<std::uint64_t>(rounds * on.size());
        BOOST_TEST(sections[0] >= visits);  // std::lock backs off and tries again
        BOOST_TEST(sections[1] >= visits / 2);
        BOOST_TEST(sections[2] >= visits + visits / 2);
        for (auto& each : all) each.barrier();
      }
    });

/// Collective. Where a composition can't be had, its construction says so on every rank, and the
/// communicator is as good as before.
template <class C>
void require_refusal_everywhere() {
  if (why_unavailable<C>().empty()) return;
  const auto thrown = ranks_that_threw<mpilock::unavailable_error>(
      MPI_COMM_WORLD, [] { typename C::controller ctrl(MPI_COMM_WORLD); });
  BOOST_TEST(thrown == size_of(MPI_COMM_WORLD), C::name());
  meet(MPI_COMM_WORLD);
}

BOOST_AUTO_TEST_CASE(unavailable_on_every_rank) {
  close_open_stage();
  []<std::size_t... Index>(std::index_sequence<Index...>) {
    (require_refusal_everywhere<composition_at<Index>>(), ...);
  }
  (std::make_index_sequence<composition_count>());
}

}  // namespace
}  // namespace mpilock_test
