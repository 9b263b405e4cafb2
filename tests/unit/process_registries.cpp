// The process's registry and its sources, without MPI: which source is served, and how often MPI is
// asked for it.

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "mpilock/mpi/process_registry.hpp"
#include "mpilock/policy/serving.hpp"

namespace {

using mpilock::serving;
using mpilock::detail::process_registry;

/// Counts how often it is served.
class source final : public mpilock::progress_source {
 public:
  explicit source(bool fails = false) : fails_(fails) {}

  bool advance() override {
    ++advanced;
    if (fails_) throw std::runtime_error("advance() fails");
    return false;
  }
  bool serve_arrived() override {
    ++served;
    return false;
  }
  int advances() const noexcept override { return 64; }
  bool hosts() const noexcept override { return true; }

  std::atomic<int> advanced = 0;
  std::atomic<int> served = 0;

 private:
  bool fails_;
};

template <class Condition>
void wait_until(Condition holds) {
  while (!holds()) std::this_thread::yield();
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_thread_asks_mpi_once_a_look_however_many_locks_it_serves) {
  constexpr int locks = 400;
  std::vector<std::unique_ptr<source>> sources;
  std::vector<std::unique_ptr<serving>> promises;
  for (int i = 0; i < locks; ++i) {
    sources.push_back(std::make_unique<source>());
    promises.push_back(std::make_unique<serving>(*sources.back(), serving::by::thread_too));
  }
  for (auto& each : sources) each->advanced = each->served = 0;
  // The thread begins with each of them in turn. So the last one has been the first one after 400
  // looks.
  wait_until([&] { return sources.back()->advanced > 0 && sources.front()->served > 20; });
  promises.clear();  // after this, no thread uses them
  int advanced = 0;
  int served = 0;
  for (auto& each : sources) advanced += each->advanced, served += each->served;
  const int looks = advanced / 64;
  BOOST_TEST(advanced == looks * 64);
  // The first look may have begun before all of them were registered, or while they are removed.
  BOOST_TEST(served <= looks * (locks - 1));
  BOOST_TEST(served >= (looks - 2) * (locks - 1));
}

BOOST_AUTO_TEST_CASE(of_very_many_sources_a_waiting_call_serves_the_next_ones_in_turn) {
  std::vector<std::unique_ptr<source>> sources;
  std::vector<std::unique_ptr<serving>> promises;
  for (int i = 0; i < 1'000; ++i) {
    sources.push_back(std::make_unique<source>());
    promises.push_back(std::make_unique<serving>(*sources.back()));
  }
  const auto all = [&] {
    int sum = 0;
    for (const auto& each : sources) sum += each->advanced;
    return sum;
  };
  process_registry::of_this_process().serve();
  BOOST_TEST(all() <= 128);
  while (all() < 2'000) process_registry::of_this_process().serve();
  for (const auto& each : sources) BOOST_TEST(each->advanced >= 1);
}

BOOST_AUTO_TEST_CASE(a_source_that_fails_harms_no_other) {
  source failing(true);
  source sound;
  const serving first(failing);
  const serving second(sound);
  process_registry::of_this_process().serve();
  BOOST_TEST(failing.advanced == 1);
  BOOST_TEST(sound.advanced == 1);
}

BOOST_AUTO_TEST_CASE(waiting_calls_serve_what_the_thread_serves) {
  source by_thread;
  const serving promise(by_thread, serving::by::thread_too);
  const int before = by_thread.advanced;
  process_registry::of_this_process().serve();
  BOOST_TEST(by_thread.advanced > before);
}

BOOST_AUTO_TEST_CASE(a_thread_that_was_dismissed_comes_back_for_the_next_source) {
  for (int i = 0; i < 50; ++i) {
    source next;
    const serving promise(next, serving::by::thread_too);
    wait_until([&] { return next.advanced > 0; });
  }
}
